package dev.holdfast.gateway.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The layout of a chunk, the record in which messages lie on disk; docs/STORAGE-FORMAT.md describes it for people.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |         magic "HF"            |    version    |     flags     |   0
 * +---------------------------------------------------------------+
 * |            CRC32C of everything before and after it           |   4
 * +---------------------------------------------------------------+
 * |                  sequence of the first message                |   8
 * |                                                               |
 * +---------------------------------------------------------------+
 * |                    number of messages                         |  16
 * +---------------------------------------------------------------+
 * |    sequence of the last message, less that of the first       |  20
 * +---------------------------------------------------------------+
 * |                            epoch                              |  24
 * |                                                               |
 * +---------------------------------------------------------------+
 * |   bytes of all messages of the lane before this chunk         |  32
 * |                                                               |
 * +---------------------------------------------------------------+
 * |              gateway time of the commit, ms                   |  40
 * |                                                               |
 * +---------------------------------------------------------------+
 * |               wall clock at the commit, ms since 1970         |  48
 * |                                                               |
 * +---------------------------------------------------------------+
 * |            lane               |           reserved, 0         |  56
 * +---------------------------------------------------------------+
 * |               offset of the dictionary                        |  60
 * +---------------------------------------------------------------+
 * |     bytes of its messages: topics, properties, payloads       |  64
 * +---------------------------------------------------------------+
 * | segments ...                                                  |  68
 * +---------------------------------------------------------------+
 * | dictionary ...                                                |
 * +---------------------------------------------------------------+
 *
 * segment     := origin#  messages  age  topics  topic#{topics}  record{messages}
 * record      := flags(1 byte)  topic(index into the segment's topics)  payload length
 *                [properties length, if the flag is set]  [sequence step, if the chunk is sparse]
 *                properties  payload
 * dictionary  := topics  (length bytes){topics}  origins  (source(1 byte) length name length client-id){origins}
 * </pre>
 *
 * <p>Numbers in the header are big-endian; all others are unsigned LEB128 of at most 5 bytes. {@code age} is how many
 * milliseconds before the commit the messages came in. The sequence step of a sparse chunk is the distance to the
 * message before, less 1; elsewhere sequences follow each other without a hole.
 */
final class ChunkFormat {

    static final int MAGIC = 0x4846;
    static final int VERSION = 1;

    static final int FLAG_SPARSE = 1;
    static final int FLAG_WALL_SYNCED = 1 << 1;
    static final int KNOWN_FLAGS = FLAG_SPARSE | FLAG_WALL_SYNCED;

    static final int AT_MAGIC = 0;
    static final int AT_VERSION = 2;
    static final int AT_FLAGS = 3;
    static final int AT_CRC = 4;
    static final int AT_FIRST_SEQUENCE = 8;
    static final int AT_COUNT = 16;
    static final int AT_SPAN = 20;
    static final int AT_EPOCH = 24;
    static final int AT_BYTES_BEFORE = 32;
    static final int AT_GATEWAY_MILLIS = 40;
    static final int AT_WALL_MILLIS = 48;
    static final int AT_LANE = 56;
    static final int AT_DICTIONARY = 60;
    static final int AT_MESSAGE_BYTES = 64;
    static final int HEADER_BYTES = 68;

    static final int RECORD_QOS_MASK = 3;
    static final int RECORD_RETAIN = 1 << 2;
    static final int RECORD_PROPERTIES = 1 << 3;
    static final int KNOWN_RECORD_FLAGS = RECORD_QOS_MASK | RECORD_RETAIN | RECORD_PROPERTIES;

    static final int MAX_VARINT_BYTES = 5;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private ChunkFormat() {}

    /** The checksum of a chunk: over all of it but the checksum itself. */
    static int checksum(byte[] chunk) {
        CRC32C crc = new CRC32C();
        crc.update(chunk, 0, AT_CRC);
        crc.update(chunk, AT_FIRST_SEQUENCE, chunk.length - AT_FIRST_SEQUENCE);
        return (int) crc.getValue();
    }

    static int getShort(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at) & 0xffff;
    }

    static void putShort(byte[] bytes, int at, int value) {
        SHORT.set(bytes, at, (short) value);
    }

    static int getInt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    static long getLong(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    /** Writes an unsigned number and returns the offset behind it. */
    static int putVarint(byte[] bytes, int at, int value) {
        int i = at;
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            bytes[i++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[i++] = (byte) rest;
        return i;
    }
}
