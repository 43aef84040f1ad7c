package dev.holdfast.gateway.journal;

/** Why messages are gone that were not delivered. The codes are part of the storage format. */
public enum GapReason {
    /** They were older than their lane's limit. */
    AGE(1),
    /** Their lane held more bytes than its limit, and is to drop the oldest. */
    SIZE(2),
    /** Their lane held more messages than its limit, and is to drop the oldest. */
    COUNT(3),
    /** The store was full, by its quota or by the disk, and their lane is to drop the oldest. */
    QUOTA(4),
    /** What was read from disk was not what had been written; its bytes are in quarantine. */
    CORRUPT(5),
    /** They had been durable and were not on disk any more at a start. */
    LOST(6),
    /** A sink refused them for good, and the dead letters were full. */
    REJECTED(7),
    /** There was no room for them, and a gate passed them on to its broker without storing them. */
    PASSED(8);

    private static final GapReason[] BY_CODE = values();

    private final int code;

    GapReason(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static GapReason ofCode(int code) {
        if (code < 1 || code > BY_CODE.length) {
            throw new CorruptChunkException("a gap has reason " + code);
        }
        return BY_CODE[code - 1];
    }
}
