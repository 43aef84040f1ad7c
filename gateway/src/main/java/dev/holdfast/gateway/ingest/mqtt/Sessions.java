package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Admission;
import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Intake;
import dev.holdfast.gateway.journal.Mutation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected under which client id, and the sessions that outlive their connections.
 *
 * <p>A session belongs to one connection at a time. A second CONNECT with the same client id claims it, and
 * begins when the connection before has let go ({@link Claim}).
 *
 * <p>Thread-safe, by one lock that is never held while anything waits.
 */
final class Sessions {

    /** A will that waits for its client to come back. */
    private record DelayedWill(Will will, Future<?> timer) {}

    /**
     * How a session began.
     *
     * @param session the session, from now on the caller's
     * @param present whether it was there before
     * @param mutations what must be durable before CONNACK
     */
    record Begun(Session session, boolean present, List<Mutation> mutations) {}

    private final Intake intake;
    private final LaneOf laneOf;
    private final int maxRecords;

    private final Map<String, Claim> claims = new HashMap<>();
    private final Map<String, Session> durable = new HashMap<>();
    private final Map<String, DelayedWill> delayedWills = new HashMap<>();
    private final List<Mutation> restored = new ArrayList<>();

    Sessions(Intake intake, LaneOf laneOf, int maxRecords) {
        this.intake = intake;
        this.laneOf = laneOf;
        this.maxRecords = maxRecords;
    }

    /** Restores a record from disk. Its client is not connected, whatever it says; one that does not outlive that ends. */
    synchronized void restore(byte[] key, byte[] value) {
        SessionRecord stored = SessionRecord.decode(value);
        boolean wasConnected = stored.disconnectedAtMillis() == SessionRecord.CONNECTED;
        SessionRecord record =
                wasConnected ? new SessionRecord(stored.expirySeconds(), intake.gatewayMillis()) : stored;
        String clientId = SessionRecord.clientId(key);
        durable.put(clientId, new Session(clientId, record));
        if (wasConnected) {
            restored.add(record.put(clientId));
        }
    }

    /** Everything is restored: writes since when nobody is connected, and forgets sessions whose time is over. */
    synchronized void restored() {
        if (!restored.isEmpty()) {
            intake.append(new Append(List.of(), List.copyOf(restored), () -> {}));
            restored.clear();
        }
        sweep();
    }

    /** Restores a held packet id from disk, after the records. */
    synchronized void restoreHeld(byte[] key) {
        Session session = durable.get(SessionRecord.heldClientId(key));
        if (session != null) {
            session.restoreHeld(SessionRecord.heldPacketId(key));
        }
    }

    /**
     * Puts a claim to the client id at the end of its row.
     *
     * @return the claim before, which must be released first; null when there is none
     */
    synchronized @Nullable Claim claim(String clientId, Claim claim) {
        return claims.put(clientId, claim);
    }

    /** Releases a claim; if it is the last of its row, nobody is connected under the client id any more. */
    void release(String clientId, Claim claim) {
        synchronized (this) {
            claims.remove(clientId, claim);
        }
        claim.release();
    }

    /**
     * Begins a session, or goes on with the one that is there. The claim must have been granted.
     *
     * @throws MqttException if there are too many sessions to remember another one, or nothing is committed and the memory
     *     for what waits is used up
     */
    synchronized Begun begin(String clientId, boolean cleanStart, long expirySeconds) {
        if (isStuck()) {
            throw new MqttException(
                    ReasonCode.SERVER_BUSY, "the store takes nothing, and what waits for it fills the memory");
        }
        List<Mutation> mutations = new ArrayList<>();
        Session known = durable.get(clientId);
        if (known != null && (cleanStart || known.isOver(intake.gatewayMillis()))) {
            known.end(mutations);
            durable.remove(clientId);
            known = null;
        }
        settleDelayedWill(clientId, known != null);
        Session session = known != null ? known : new Session(clientId, null);
        if (known != null || expirySeconds > 0) {
            if (known == null) {
                makeRoom();
            }
            session.setRecord(new SessionRecord(expirySeconds, SessionRecord.CONNECTED), mutations);
            durable.put(clientId, session);
        }
        return new Begun(session, known != null, mutations);
    }

    /** Whether what is handed in would only stay in memory, as on a full disk: any lane can tell. */
    private boolean isStuck() {
        return !intake.hasRoom() && intake.admission(0) != Admission.TAKE;
    }

    private void makeRoom() {
        if (durable.size() >= maxRecords) {
            sweep();
        }
        if (durable.size() >= maxRecords) {
            throw MqttException.beyond(Limit.SESSIONS, "there are already " + maxRecords + " sessions to remember");
        }
    }

    private void settleDelayedWill(String clientId, boolean sessionGoesOn) {
        DelayedWill delayed = delayedWills.remove(clientId);
        if (delayed != null) {
            delayed.timer().cancel(false);
            if (!sessionGoesOn) {
                publish(clientId, delayed.will());
            }
        }
    }

    /**
     * Ends the connection of a session.
     *
     * @param session the session, no longer the caller's
     * @param will what to publish, null when the client said goodbye
     * @param timer runs the will's delay
     */
    synchronized void end(Session session, @Nullable Will will, ScheduledExecutorService timer) {
        List<Mutation> mutations = new ArrayList<>();
        SessionRecord record = session.record();
        long expirySeconds = record == null ? 0 : record.expirySeconds();
        if (expirySeconds > 0) {
            session.setRecord(new SessionRecord(expirySeconds, intake.gatewayMillis()), mutations);
        } else {
            session.end(mutations);
            durable.remove(session.clientId(), session);
        }
        if (!mutations.isEmpty()) {
            intake.append(new Append(List.of(), mutations, () -> {}));
        }
        if (will != null) {
            publishOrDelay(session.clientId(), will, Math.min(will.delaySeconds(), expirySeconds), timer);
        }
    }

    private void publishOrDelay(String clientId, Will will, long delaySeconds, ScheduledExecutorService timer) {
        if (delaySeconds == 0) {
            publish(clientId, will);
        } else {
            Future<?> pending = timer.schedule(() -> delayIsOver(clientId), delaySeconds, TimeUnit.SECONDS);
            delayedWills.put(clientId, new DelayedWill(will, pending));
        }
    }

    private synchronized void delayIsOver(String clientId) {
        DelayedWill delayed = delayedWills.remove(clientId);
        if (delayed != null) {
            publish(clientId, delayed.will());
        }
    }

    private void publish(String clientId, Will will) {
        intake.append(will.toAppend(clientId, laneOf.lane(will.topic()), intake.gatewayMillis()));
    }

    /** Forgets sessions whose time is over. */
    synchronized void sweep() {
        long now = intake.gatewayMillis();
        List<Mutation> mutations = new ArrayList<>();
        for (Iterator<Session> all = durable.values().iterator(); all.hasNext(); ) {
            Session session = all.next();
            if (session.isOver(now)) {
                session.end(mutations);
                all.remove();
            }
        }
        if (!mutations.isEmpty()) {
            intake.append(new Append(List.of(), mutations, () -> {}));
        }
    }

    /** How many sessions are remembered beyond their connections. */
    synchronized int count() {
        return durable.size();
    }

    /** How many client ids are claimed by a connection. */
    synchronized int claims() {
        return claims.size();
    }
}
