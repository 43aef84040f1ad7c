package dev.holdfast.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.SideTable;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Something that happened and that somebody may ask for much later. Stored in {@link SideTable#AUDIT} by its number, as
 * {@code version:1 event:1 wallMillis:8 gatewayMillis:8 subject 0 reason 0 text crc32c:4}, texts in UTF-8 without U+0000.
 *
 * @param number counts the entries of a store up from 1
 * @param event what it was
 * @param subject what it happened to, such as the name of a tap
 * @param reason a word for programs
 * @param text for people
 * @param wallMillis when, ms since 1970 as the machine believed
 * @param gatewayMillis when, in gateway time
 */
public record AuditEntry(
        long number, Event event, String subject, String reason, String text, long wallMillis, long gatewayMillis) {

    /** What it was. The code is part of the storage format. */
    public enum Event {
        /** Messages of a tap's broker may be missing. */
        POSSIBLE_GAP(1);

        private final int code;

        Event(int code) {
            this.code = code;
        }

        private static Event ofCode(int code) {
            for (Event event : values()) {
                if (event.code == code) {
                    return event;
                }
            }
            throw new IllegalArgumentException("an entry of the audit has event " + code);
        }
    }

    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 1 + 1 + 8 + 8;
    private static final String SEPARATOR = "\0";

    byte[] encode() {
        byte[] texts = String.join(SEPARATOR, subject, reason, text).getBytes(UTF_8);
        ByteBuffer entry = ByteBuffer.allocate(HEADER_BYTES + texts.length + Integer.BYTES)
                .put(VERSION)
                .put((byte) event.code)
                .putLong(wallMillis)
                .putLong(gatewayMillis)
                .put(texts);
        return entry.putInt(checksum(entry.array())).array();
    }

    /** The checksum of all but the checksum. */
    private static int checksum(byte[] entry) {
        CRC32C crc = new CRC32C();
        crc.update(entry, 0, entry.length - Integer.BYTES);
        return (int) crc.getValue();
    }

    /**
     * Reads a stored entry.
     *
     * @throws IllegalArgumentException if it can't be believed
     */
    static AuditEntry decode(long number, byte[] stored) {
        int end = stored.length - Integer.BYTES;
        ByteBuffer entry = ByteBuffer.wrap(stored);
        if (end < HEADER_BYTES || entry.getInt(end) != checksum(stored)) {
            throw new IllegalArgumentException("it is damaged");
        }
        byte version = entry.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("it has version " + version + ", known is " + VERSION);
        }
        Event event = Event.ofCode(entry.get());
        long wallMillis = entry.getLong();
        long gatewayMillis = entry.getLong();
        String[] texts = new String(stored, HEADER_BYTES, end - HEADER_BYTES, UTF_8).split(SEPARATOR, -1);
        if (texts.length != 3) {
            throw new IllegalArgumentException("it has " + texts.length + " texts, not 3");
        }
        return new AuditEntry(number, event, texts[0], texts[1], texts[2], wallMillis, gatewayMillis);
    }
}
