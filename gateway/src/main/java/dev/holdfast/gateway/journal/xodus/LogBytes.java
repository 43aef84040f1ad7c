package dev.holdfast.gateway.journal.xodus;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file of the log: all of them in memory, or a window of them that moves to where it is looked. With the
 * small heap that a start has, the memory for a whole file costs more time than reading it.
 *
 * <p>What can't be read is thrown as an {@link UncheckedIOException}.
 */
final class LogBytes {

    private static final int WINDOW_BYTES = 64 << 10;
    private static final byte[] ZEROS = new byte[4 << 10];

    private final @Nullable FileChannel file;
    private final int length;
    private final byte[] window;

    /** Where in the file the window begins. */
    private int from;

    /** How many bytes of the window are the file's. */
    private int filled;

    private LogBytes(@Nullable FileChannel file, int length, byte[] window, int filled) {
        this.file = file;
        this.length = length;
        this.window = window;
        this.filled = filled;
    }

    /** What is in memory already. */
    static LogBytes of(byte[] bytes) {
        return new LogBytes(null, bytes.length, bytes, bytes.length);
    }

    /** Looks through a window into a file as long as it is now; for who goes over it in one direction. */
    static LogBytes through(FileChannel file) throws IOException {
        return through(file, WINDOW_BYTES);
    }

    static LogBytes through(FileChannel file, int windowBytes) throws IOException {
        return new LogBytes(file, Math.toIntExact(file.size()), new byte[windowBytes], 0);
    }

    int length() {
        return length;
    }

    byte get(int at) {
        int i = at - from;
        return window[i >= 0 && i < filled ? i : moveTo(at)];
    }

    /** Moves the window, forwards to begin there, backwards to end there; where in it that is now. */
    private int moveTo(int at) {
        Objects.checkIndex(at, length);
        from = at < from ? Math.max(0, at + 1 - window.length) : at;
        filled = 0; // should it not be read
        int bytes = Math.min(window.length, length - from);
        read(window, bytes, from);
        filled = bytes;
        return at - from;
    }

    private void read(byte[] into, int bytes, int position) {
        FileChannel open = requireNonNull(file);
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, bytes);
        try {
            while (buffer.hasRemaining()) {
                if (open.read(buffer, position + (long) buffer.position()) < 0) {
                    throw new IOException("the file ends at " + (position + buffer.position()) + ", it had " + length
                            + " bytes before");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes between two places; a view of them if they are in memory. */
    ByteBuffer range(int begin, int end) {
        if (file == null) {
            return ByteBuffer.wrap(window, begin, end - begin).slice();
        }
        byte[] bytes = new byte[end - begin];
        read(bytes, bytes.length, begin);
        return ByteBuffer.wrap(bytes);
    }

    /** The same, all in memory. */
    LogBytes inMemory() {
        return file == null ? this : of(range(0, length).array());
    }

    /** Where the zeros begin that are left at the end. */
    int endOfData() {
        int end = length;
        while (end > 0 && get(end - 1) == 0) {
            int inWindow = end - from;
            boolean zeros = inWindow >= ZEROS.length
                    && Arrays.equals(window, inWindow - ZEROS.length, inWindow, ZEROS, 0, ZEROS.length);
            end -= zeros ? ZEROS.length : 1;
        }
        return end;
    }
}
