package dev.holdfast.gateway.journal;

import org.jspecify.annotations.Nullable;

/**
 * What a chunk held that can't be believed, as far as that can be told: no fewer messages are accounted for than are missing
 * with it. Its header says twice how many they are, and its records say it once: what two of them agree on is true. When
 * nothing agrees, it is as many as there is room for.
 *
 * @param messages how many, at least one
 * @param bytes of their topics, properties and payloads
 */
record Claim(long messages, long bytes) {

    /** What a record takes at least: its flags, its topic, and the length of its payload. */
    private static final int MIN_RECORD_BYTES = 3;

    /**
     * Of the newest chunk of a lane.
     *
     * @param first sequence at which it lies
     * @param known newest sequence that is known to have been given; it may be an older one
     */
    static Claim ofNewest(byte[] chunk, long first, long known) {
        if (known >= first) {
            return of(chunk, known - first + 1);
        }
        return of(chunk, chunk.length < ChunkFormat.HEADER_BYTES ? 1 : room(chunk));
    }

    /**
     * Of any other.
     *
     * @param distance how many sequences behind its first message the next chunk begins
     */
    static Claim of(byte[] chunk, long distance) {
        if (chunk.length < ChunkFormat.HEADER_BYTES) {
            return new Claim(Math.max(1, distance), 0);
        }
        Claim read = read(chunk);
        long bytes = read == null ? ChunkReader.plausibleMessageBytes(chunk) : read.bytes;
        return new Claim(Math.max(1, messages(chunk, read == null ? 0 : read.messages, distance)), bytes);
    }

    private static long messages(byte[] chunk, long read, long distance) {
        long counted = ChunkReader.count(chunk);
        long spanned = ChunkFormat.getInt(chunk, ChunkFormat.AT_SPAN) + 1L;
        if (counted > 0 && (counted == spanned || counted == read)) {
            return counted;
        }
        if (read > 0 && read == spanned) {
            return read;
        }
        boolean fewerThanItSpans = ChunkReader.isSparse(chunk) && counted > 0 && counted < spanned;
        return fewerThanItSpans ? Math.min(Math.max(counted, read), distance) : Math.min(distance, room(chunk));
    }

    private static int room(byte[] chunk) {
        return (chunk.length - ChunkFormat.HEADER_BYTES) / MIN_RECORD_BYTES;
    }

    /** What its records say; null when they can't be read to their end. */
    private static @Nullable Claim read(byte[] chunk) {
        try {
            ChunkReader reader = ChunkReader.unverified(chunk);
            long messages = 0;
            long bytes = 0;
            while (reader.next()) {
                messages++;
                bytes += reader.messageBytes();
            }
            return new Claim(messages, bytes);
        } catch (CorruptChunkException e) {
            return null;
        }
    }
}
