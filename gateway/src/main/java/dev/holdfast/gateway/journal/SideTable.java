package dev.holdfast.gateway.journal;

/** Small tables that change in the same transaction as messages are stored. */
public enum SideTable {
    /** Session records of the front door, by client id. */
    SESSIONS("sessions"),
    /** Packet ids of QoS 2 messages that were stored and not released yet, by client id and packet id. */
    HELD_IDS("held"),
    /** Messages that a sink refused, by route, lane and sequence. */
    DEAD_LETTERS("dead"),
    /** Chunks that could not be believed, as they were found, by lane and key. */
    QUARANTINE("quarantine"),
    /** What was removed undelivered, by the number of the gap. */
    GAPS("gaps"),
    /** What is known of the sessions of taps at their brokers, by the tap's name. */
    TAPS("taps"),
    /** What happened, by the number of the entry. */
    AUDIT("audit");

    private final String table;

    SideTable(String table) {
        this.table = table;
    }

    String table() {
        return table;
    }
}
