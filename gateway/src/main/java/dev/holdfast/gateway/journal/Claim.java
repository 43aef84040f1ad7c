package dev.holdfast.gateway.journal;

import org.jspecify.annotations.Nullable;

/**
 * What a chunk held that can't be believed, as far as that can be told: as many messages are accounted for as are missing
 * with it. Its header says twice how many they are, and its records say it once: what is damaged in one place only is told
 * exactly. When nothing agrees, it is as many as there is room for up to the next chunk.
 *
 * @param messages how many, at least one
 * @param bytes of their topics, properties and payloads
 */
record Claim(long messages, long bytes) {

    /** What a record takes at least: its flags, its topic, and the length of its payload. */
    private static final int MIN_RECORD_BYTES = 3;

    /** Of the newest chunk of a lane. */
    static Claim of(byte[] chunk) {
        boolean hasHeader = chunk.length >= ChunkFormat.HEADER_BYTES;
        return of(chunk, hasHeader ? Math.min(greatestSaid(chunk), room(chunk)) : 1);
    }

    /**
     * Of any other.
     *
     * @param distance how many sequences after its first message the next chunk begins
     */
    static Claim of(byte[] chunk, long distance) {
        if (chunk.length < ChunkFormat.HEADER_BYTES) {
            return new Claim(distance, 0);
        }
        Claim read = read(chunk);
        long counted = ChunkReader.count(chunk);
        long messages = distance;
        if (counted > 0 && counted == spanned(chunk)) {
            messages = counted;
        } else if (read != null) {
            messages = read.messages;
        }
        long bytes = read == null ? ChunkReader.plausibleMessageBytes(chunk) : read.bytes;
        return new Claim(Math.max(1, messages), bytes);
    }

    private static long spanned(byte[] chunk) {
        return ChunkFormat.getInt(chunk, ChunkFormat.AT_SPAN) + 1L;
    }

    private static long greatestSaid(byte[] chunk) {
        return Math.max(ChunkReader.count(chunk), spanned(chunk));
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
            return messages == 0 ? null : new Claim(messages, bytes);
        } catch (CorruptChunkException e) {
            return null;
        }
    }
}
