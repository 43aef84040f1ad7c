package dev.holdfast.gateway.ingest.tap;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.Mutation;
import dev.holdfast.gateway.journal.SideTable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What is durably known of a tap: what its session at the broker has, and where messages may be missing. Stored in {@link
 * SideTable#TAPS} by the tap's name, as {@code version:1 brokerDropped:8 seenMillis:8 possibleGaps:8 count:4
 * {filter, qos:1}… count:4 {reason:1 wallMillis:8 text}… overrun:1 crc32c:4}, texts as a length of 4 bytes and UTF-8. Older
 * records lack {@code overrun}, and older gateways pass over it.
 *
 * @param filters the filters that the session has, each with the QoS that the broker grants; empty before the first session
 * @param brokerDropped how many messages the broker had dropped when it said so last
 * @param seenMillis wall clock when the link was up last, as far as it was written; 0 for never
 * @param possibleGaps how many there were, ever
 * @param newest the newest of them, the newest last
 * @param overrun whether the broker has sent more in this session than it was told may be unacknowledged
 */
record TapRecord(
        Map<String, Integer> filters,
        long brokerDropped,
        long seenMillis,
        long possibleGaps,
        List<PossibleGap> newest,
        boolean overrun) {

    /** The broker has not said yet how many messages it dropped. */
    static final long UNKNOWN = -1;

    static final TapRecord NONE = new TapRecord(Map.of(), UNKNOWN, 0, 0, List.of(), false);

    private static final int VERSION = 1;
    private static final int MAX_KEPT = 20;
    private static final long SAME_EPISODE_MILLIS = 60_000;

    TapRecord {
        filters = Map.copyOf(filters);
        newest = List.copyOf(newest);
    }

    /** With one more of them; the like of the newest, soon after it, takes its place and is not counted again. */
    TapRecord with(PossibleGap gap) {
        List<PossibleGap> more = new ArrayList<>(newest);
        PossibleGap last = more.isEmpty() ? null : more.get(more.size() - 1);
        boolean goesOn = last != null
                && last.reason() == gap.reason()
                && Math.abs(gap.wallMillis() - last.wallMillis()) < SAME_EPISODE_MILLIS;
        if (goesOn) {
            more.remove(more.size() - 1);
        }
        more.add(gap);
        List<PossibleGap> kept = more.subList(Math.max(0, more.size() - MAX_KEPT), more.size());
        return new TapRecord(filters, brokerDropped, seenMillis, possibleGaps + (goesOn ? 0 : 1), kept, overrun);
    }

    TapRecord withFilters(Map<String, Integer> granted) {
        return new TapRecord(granted, brokerDropped, seenMillis, possibleGaps, newest, overrun);
    }

    TapRecord withBrokerDropped(long messages) {
        return new TapRecord(filters, messages, seenMillis, possibleGaps, newest, overrun);
    }

    TapRecord seenAt(long wallMillis) {
        return new TapRecord(filters, brokerDropped, wallMillis, possibleGaps, newest, overrun);
    }

    TapRecord withOverrun(boolean seen) {
        return new TapRecord(filters, brokerDropped, seenMillis, possibleGaps, newest, seen);
    }

    /** Whether there has been a session. */
    boolean hadSession() {
        return !filters.isEmpty();
    }

    Mutation mutation(String tap) {
        return new Mutation(SideTable.TAPS, tap.getBytes(UTF_8), encode());
    }

    private byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(brokerDropped);
            out.writeLong(seenMillis);
            out.writeLong(possibleGaps);
            out.writeInt(filters.size());
            for (Map.Entry<String, Integer> filter : filters.entrySet()) {
                writeText(filter.getKey(), out);
                out.writeByte(filter.getValue());
            }
            out.writeInt(newest.size());
            for (PossibleGap gap : newest) {
                out.writeByte(gap.reason().code());
                out.writeLong(gap.wallMillis());
                writeText(gap.text(), out);
            }
            out.writeBoolean(overrun);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int length = bytes.size();
        ByteBuffer checked = ByteBuffer.allocate(length + Integer.BYTES);
        return checked.put(bytes.toByteArray())
                .putInt(checksum(checked.array(), length))
                .array();
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /**
     * Reads a stored record.
     *
     * @throws IllegalArgumentException if it can't be believed
     */
    static TapRecord decode(byte[] bytes) {
        int length = bytes.length - Integer.BYTES;
        if (length < 0 || ByteBuffer.wrap(bytes).getInt(length) != checksum(bytes, length)) {
            throw new IllegalArgumentException("the record of a tap is damaged");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "the record of a tap has version " + version + ", known is " + VERSION);
            }
            long dropped = in.readLong();
            long seen = in.readLong();
            long gaps = in.readLong();
            Map<String, Integer> filters = new LinkedHashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                String filter = readText(in);
                filters.put(filter, (int) in.readByte());
            }
            List<PossibleGap> newest = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                PossibleGap.Reason reason = PossibleGap.Reason.ofCode(in.readUnsignedByte());
                long wallMillis = in.readLong();
                newest.add(new PossibleGap(reason, readText(in), wallMillis));
            }
            boolean overrun = in.available() > Integer.BYTES && in.readBoolean();
            return new TapRecord(filters, dropped, seen, gaps, newest, overrun);
        } catch (IOException e) {
            throw new IllegalArgumentException("the record of a tap is cut off", e);
        }
    }

    private static void writeText(String text, DataOutputStream out) throws IOException {
        byte[] utf8 = text.getBytes(UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IllegalArgumentException("the record of a tap has a text of " + length + " bytes");
        }
        return new String(in.readNBytes(length), UTF_8);
    }
}
