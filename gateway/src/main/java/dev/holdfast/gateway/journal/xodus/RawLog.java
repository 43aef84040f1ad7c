package dev.holdfast.gateway.journal.xodus;

import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.CorruptChunkException;
import dev.holdfast.gateway.journal.TopicTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a file of a Xodus log from its bytes alone, without a tree that says what counts: what a damaged environment can
 * still be read by.
 *
 * <p>A file is a row of loggables: {@code type, structure, length of data, data}, the type with its highest bit flipped,
 * the others 7 bits a byte with the highest bit set in the last; a null loggable pads. A leaf's data is {@code length of
 * key, key, value}; a commit ends with a database root. Where that makes no sense any more, the next three loggables in a
 * row are where it goes on.
 */
final class RawLog {

    private static final int NULL = 0x80;
    private static final int ROOT = 1;
    private static final int LEAF = 6;
    private static final int MAX_TYPE = 11;
    private static final int MAX_STRUCTURE = 1 << 20;
    private static final long ROOT_MAGIC = 199;
    private static final int KEY_BYTES = Long.BYTES;
    private static final int BELIEVED_IN_A_ROW = 3;

    /** What a disk writes whole or not at all. */
    private static final int SECTOR = 512;

    private static final int MAX_HEADER_BYTES = 19;

    private static final Visitor NOBODY = new Visitor() {
        @Override
        public boolean leaf(int at, ByteBuffer value) {
            return false;
        }

        @Override
        public void root(int end, boolean followed) {}
    };

    private final LogBytes bytes;
    private final Visitor visitor;

    // what header() found
    private int type;
    private int data;
    private int end;

    // what number() found
    private long number;

    /** Is told what is found. */
    interface Visitor {

        /**
         * A record of a lane, by its form.
         *
         * @param value a view of its bytes
         * @return whether its content proves that it is whole
         */
        boolean leaf(int at, ByteBuffer value);

        /** The end of a commit, and whether something was written behind it. */
        void root(int end, boolean followed);
    }

    private RawLog(LogBytes bytes, Visitor visitor) {
        this.bytes = bytes;
        this.visitor = visitor;
    }

    /** Goes over a file. Takes as much memory as the file is large, which is 8 MiB at most. */
    static void visit(Path file, Visitor visitor) throws IOException {
        visit(LogBytes.of(Files.readAllBytes(file)), visitor);
    }

    /** Goes over the content of a file, and back where it makes no sense: all of it should be in memory. */
    static void visit(LogBytes bytes, Visitor visitor) {
        new RawLog(bytes, visitor).visit();
    }

    /**
     * Where the last commit ends before something was not written, in a file that was zero there before: the length of the
     * file if all of it was, and -1 if there is damage first. Whole sectors of zeros count as written where a record holds
     * them: one whose content proves it, or one that is not a chunk.
     */
    static int writtenEnd(LogBytes bytes) {
        return new RawLog(bytes, NOBODY).writtenEnd();
    }

    private int writtenEnd() {
        int commit = 0;
        for (int at = skipNulls(0); at < bytes.length(); at = skipNulls(end)) {
            if (!header(at)) {
                return isZeroSoon(at) ? commit : -1;
            }
            int zeros = zeroSector(at, end);
            if (zeros < end && (zeros < data || !isRecordOfZeros())) {
                return commit;
            }
            if (type == ROOT && isRoot(data, end)) {
                commit = end;
            }
        }
        return bytes.length();
    }

    /** Whether what seems to begin here runs into a sector that was not written. */
    private boolean isZeroSoon(int at) {
        int next = (at / SECTOR + 1) * SECTOR;
        return bytes.get(at) == 0 || (next - at < MAX_HEADER_BYTES && zeroSector(next, next + SECTOR) == next);
    }

    /** The first sector of nothing but zeros that begins between two places; the second place if there is none. */
    private int zeroSector(int from, int to) {
        for (int at = (from + SECTOR - 1) / SECTOR * SECTOR; at < to; at += SECTOR) {
            if (isZero(at, Math.min(at + SECTOR, bytes.length()))) {
                return at;
            }
        }
        return to;
    }

    private boolean isZero(int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes.get(at) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the loggable that {@link #header} found is a record that may hold so many zeros: a chunk, if all of it is
     * there, or a copy of a damaged one. No other record with a key as short as a chunk's does, and none has a key of no
     * bytes.
     */
    private boolean isRecordOfZeros() {
        if (type != LEAF || bytes.get(data) == 0) {
            return false;
        }
        boolean hasKeyOfChunk = (bytes.get(data) & 0xff) == (KEY_BYTES | 0x80);
        return !hasKeyOfChunk || (isChunk(data, end) && isWholeChunk(data + 1 + KEY_BYTES));
    }

    private boolean isWholeChunk(int value) {
        try {
            ByteBuffer record = bytes.range(value - KEY_BYTES, end);
            long key = record.getLong();
            byte[] chunk = new byte[record.remaining()];
            record.get(chunk);
            ChunkReader.open(key, chunk, new TopicTable());
            return true;
        } catch (CorruptChunkException e) {
            return false;
        }
    }

    private void visit() {
        int at = 0;
        while (at < bytes.length()) {
            if ((bytes.get(at) & 0xff) == NULL) {
                at++;
            } else if (header(at)) {
                int from = data;
                int to = end;
                at = tell(at, type, from, to) || makesSense(to, 1) ? to : next(at + 1);
            } else {
                at = next(at + 1);
            }
        }
    }

    /** Says whether the loggable's own content proves where it ends. */
    private boolean tell(int at, int found, int from, int to) {
        if (found == LEAF && isChunk(from, to)) {
            int value = from + 1 + KEY_BYTES;
            return visitor.leaf(at, bytes.range(value, to));
        }
        if (found == ROOT && isRoot(from, to)) {
            visitor.root(to, makesSense(to, 1) && skipNulls(to) < bytes.length());
            return true;
        }
        return false;
    }

    private boolean isChunk(int from, int to) {
        int value = from + 1 + KEY_BYTES;
        return value + 2 <= to
                && (bytes.get(from) & 0xff) == (KEY_BYTES | 0x80)
                && bytes.get(value) == 'H'
                && bytes.get(value + 1) == 'F';
    }

    private boolean isRoot(int from, int to) {
        int at = number(from, to);
        long root = number;
        at = at < 0 ? -1 : number(at, to);
        long lastStructure = number;
        return at >= 0 && number(at, to) == to && number == root + lastStructure + ROOT_MAGIC;
    }

    private int skipNulls(int from) {
        int at = from;
        while (at < bytes.length() && (bytes.get(at) & 0xff) == NULL) {
            at++;
        }
        return at;
    }

    /** Whether so many loggables seem to follow each other, or the file ends before. */
    private boolean makesSense(int from, int inARow) {
        int at = skipNulls(from);
        for (int i = 0; i < inARow && at < bytes.length(); i++) {
            if (!header(at)) {
                return false;
            }
            at = skipNulls(end);
        }
        return true;
    }

    private int next(int from) {
        int at = from;
        while (at < bytes.length() && ((bytes.get(at) & 0xff) == NULL || !makesSense(at, BELIEVED_IN_A_ROW))) {
            at++;
        }
        return at;
    }

    private boolean header(int at) {
        type = (bytes.get(at) & 0xff) ^ NULL;
        if (type < ROOT || type > MAX_TYPE) {
            return false;
        }
        int next = number(at + 1, bytes.length());
        if (next < 0 || number > MAX_STRUCTURE) {
            return false;
        }
        next = number(next, bytes.length());
        if (next < 0 || number > bytes.length() - next) {
            return false;
        }
        data = next;
        end = next + (int) number;
        return true;
    }

    /** Reads a number into {@link #number} and returns the offset behind it, or -1 if it makes no sense. */
    private int number(int from, int limit) {
        long value = 0;
        for (int i = 0; i < 9 && from + i < limit; i++) {
            value |= (long) (bytes.get(from + i) & 0x7f) << (7 * i);
            if ((bytes.get(from + i) & 0x80) != 0) {
                number = value;
                return from + i + 1;
            }
        }
        return -1;
    }
}
