package dev.holdfast.gateway.ingest.mqtt;

import static dev.holdfast.gateway.ingest.mqtt.Waiting.await;

import dev.holdfast.gateway.journal.Admission;
import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Intake;
import dev.holdfast.gateway.journal.Mutation;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.gateway.journal.VisitingIntake;
import io.netty.buffer.ByteBufUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An intake whose commits the test makes: what is appended waits until {@link #commit}, and for ever if the test never
 * commits, as it would after a commit that failed. Thread-safe.
 */
final class ManualIntake implements Intake {

    private final Queue<Append> waiting = new ArrayDeque<>();
    private final List<StoredMessage> stored = new ArrayList<>();
    private final Map<String, byte[]> sessions = new TreeMap<>();
    private final Map<String, byte[]> heldIds = new TreeMap<>();
    private final List<Runnable> roomListeners = new CopyOnWriteArrayList<>();
    private final VisitingIntake decoder = new VisitingIntake(message -> stored.add(StoredMessage.at(message)));

    private boolean commitsAtOnce;
    private volatile boolean room = true;
    private volatile Admission admission = Admission.TAKE;
    private final Map<Integer, Admission> admissionByLane = new ConcurrentHashMap<>();
    private final AtomicLong gatewayMillis = new AtomicLong();

    static ManualIntake waiting() {
        return new ManualIntake();
    }

    static ManualIntake committingAtOnce() {
        ManualIntake intake = new ManualIntake();
        intake.commitsAtOnce = true;
        return intake;
    }

    /** From now on, answers so for every lane. */
    void admit(Admission answer) {
        admission = answer;
        if (answer == Admission.TAKE) {
            roomListeners.forEach(Runnable::run);
        }
    }

    /** The same for one lane, whatever is answered for the others. */
    void admit(int lane, Admission answer) {
        admissionByLane.put(lane, answer);
        if (answer == Admission.TAKE) {
            roomListeners.forEach(Runnable::run);
        }
    }

    @Override
    public Admission admission(int lane) {
        return admissionByLane.getOrDefault(lane, admission);
    }

    @Override
    public synchronized void append(Append append) {
        waiting.add(append);
        if (commitsAtOnce) {
            commit();
        }
    }

    /** Makes everything durable that was appended so far. */
    synchronized void commit() {
        commit(waiting.size());
    }

    /** Makes the oldest appends durable. */
    synchronized void commit(int appends) {
        for (int i = 0; i < appends; i++) {
            Append append = waiting.remove();
            decoder.append(new Append(append.fragments(), List.of(), () -> {}));
            append.mutations().forEach(this::apply);
            append.onDurable().run();
        }
    }

    /** From now on, makes everything durable at once. */
    synchronized void commitAtOnce() {
        commitsAtOnce = true;
        commit();
    }

    /** From now on, lets everything wait. */
    synchronized void stopCommitting() {
        commitsAtOnce = false;
    }

    private void apply(Mutation mutation) {
        Map<String, byte[]> table = mutation.table() == SideTable.SESSIONS ? sessions : heldIds;
        String key = ByteBufUtil.hexDump(mutation.key());
        byte[] value = mutation.value();
        if (value == null) {
            table.remove(key);
        } else {
            table.put(key, value);
        }
    }

    /** The power fails: what waits is lost, and nobody who listened is there any more. */
    synchronized void crash() {
        waiting.clear();
        roomListeners.clear();
        room = true;
    }

    /** Gives back what is durable of the sessions. */
    synchronized void restore(Sessions into) {
        sessions.forEach((key, value) -> into.restore(ByteBufUtil.decodeHexDump(key), value));
        heldIds.keySet().forEach(key -> into.restoreHeld(ByteBufUtil.decodeHexDump(key)));
        into.sweep();
    }

    /** How many appends wait to be committed. */
    synchronized int waitingAppends() {
        return waiting.size();
    }

    void awaitWaiting(int appends) {
        await("appends that wait").until(this::waitingAppends, count -> count >= appends);
    }

    /** What is durable, in order. */
    synchronized List<StoredMessage> stored() {
        return List.copyOf(stored);
    }

    /** Payloads of what is durable, in order. */
    synchronized List<String> payloads() {
        return stored.stream().map(StoredMessage::payload).toList();
    }

    void awaitPayloads(String... payloads) {
        await("durable messages").until(this::payloads, List.of(payloads)::equals);
    }

    /** How many session records are durable. */
    synchronized int sessionRecords() {
        return sessions.size();
    }

    /** How many held packet ids are durable. */
    synchronized int heldIds() {
        return heldIds.size();
    }

    @Override
    public boolean hasRoom() {
        return room;
    }

    void setRoom(boolean now) {
        room = now;
        if (now) {
            roomListeners.forEach(Runnable::run);
        }
    }

    @Override
    public void onRoom(Runnable listener) {
        roomListeners.add(listener);
    }

    @Override
    public long gatewayMillis() {
        return gatewayMillis.get();
    }

    void advance(Duration time) {
        gatewayMillis.addAndGet(time.toMillis());
    }
}
