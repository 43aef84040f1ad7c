package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Mutation;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's session: the packet ids of QoS 2 messages that were stored and not released yet. Its state belongs to the
 * event loop of the connection that has claimed it; {@link Sessions} hands it on from one to the next.
 */
final class Session {

    private final String clientId;

    /** What is on disk, or on its way there; null when the session ends with its connection. */
    private @Nullable SessionRecord record;

    private final BitSet held = new BitSet();

    Session(String clientId, @Nullable SessionRecord record) {
        this.clientId = clientId;
        this.record = record;
    }

    String clientId() {
        return clientId;
    }

    @Nullable
    SessionRecord record() {
        return record;
    }

    boolean isDurable() {
        return record != null;
    }

    boolean isOver(long gatewayMillis) {
        SessionRecord known = record;
        return known != null && known.isOver(gatewayMillis);
    }

    /** Gives it another record; what is to be written goes to the list. */
    void setRecord(SessionRecord changed, List<Mutation> mutations) {
        record = changed;
        mutations.add(changed.put(clientId));
    }

    boolean holds(int packetId) {
        return held.get(packetId);
    }

    int heldCount() {
        return held.cardinality();
    }

    /** Restores a held id from disk. */
    void restoreHeld(int packetId) {
        held.set(packetId);
    }

    void hold(int packetId, List<Mutation> mutations) {
        held.set(packetId);
        if (isDurable()) {
            mutations.add(SessionRecord.hold(clientId, packetId));
        }
    }

    void release(int packetId, List<Mutation> mutations) {
        held.clear(packetId);
        if (isDurable()) {
            mutations.add(SessionRecord.release(clientId, packetId));
        }
    }

    /** Ends it; what is to be removed from disk goes to the list. */
    void end(List<Mutation> mutations) {
        if (isDurable()) {
            mutations.add(SessionRecord.delete(clientId));
            held.stream().mapToObj(id -> SessionRecord.release(clientId, id)).forEach(mutations::add);
        }
        record = null;
        held.clear();
    }
}
