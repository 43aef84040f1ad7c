package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that holds space in reserve: deleting messages needs space too, and on a full disk there is none. It is given up
 * when a commit finds the disk full, and made again when there is room for it and as much besides.
 *
 * <p>It is written by a thread of its own, as that takes a while and nobody has to wait for it. Thread-safe.
 */
final class Ballast {

    private static final Logger LOG = LoggerFactory.getLogger(Ballast.class);
    private static final int PIECE_BYTES = 1 << 20;

    /** A disk that hangs does not have the gateway hang with it. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private static final String FILE = "ballast";

    private final Path directory;
    private final Path file;
    private final Path part;
    private final long bytes;
    private volatile boolean held;
    private @Nullable Thread filler;
    private volatile boolean stopped;

    /**
     * A ballast that is there when its file is.
     *
     * @param directory where it is
     * @param bytes its size; 0 for none
     */
    Ballast(Path directory, long bytes) {
        this.directory = directory;
        this.file = directory.resolve(FILE);
        this.part = directory.resolve(FILE + ".part");
        this.bytes = bytes;
        this.held = bytes > 0 && file.toFile().length() == bytes;
    }

    boolean held() {
        return held;
    }

    long heldBytes() {
        return held ? bytes : 0;
    }

    /** Begins to make it when it is missing and there is room. */
    void fill(long freeBytes) {
        if (!held && bytes > 0 && freeBytes >= 2 * bytes) {
            begin();
        }
    }

    private synchronized void begin() {
        if (held || stopped || (filler != null && filler.isAlive())) {
            return;
        }
        Thread thread = new Thread(this::write, "store-ballast");
        thread.setDaemon(true);
        filler = thread;
        thread.start();
    }

    private void write() {
        try {
            Files.deleteIfExists(part);
            OwnerOnly.createFile(part);
            try (FileChannel open = FileChannel.open(part, StandardOpenOption.WRITE)) {
                if (!fill(open)) {
                    Files.deleteIfExists(part);
                    return;
                }
                open.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            OwnerOnly.sync(directory);
            held = true;
            LOG.info("space is held in reserve for a full disk bytes={}", bytes);
        } catch (IOException e) {
            LOG.warn("can't hold space in reserve for a full disk bytes={} why=\"{}\"", bytes, e.toString());
            part.toFile().delete();
        }
    }

    /** Bytes that no file system can compress; false when it was to stop. */
    private boolean fill(FileChannel open) throws IOException {
        SplittableRandom random = new SplittableRandom();
        byte[] piece = new byte[PIECE_BYTES];
        for (long left = bytes; left > 0; ) {
            random.nextBytes(piece);
            ByteBuffer next = ByteBuffer.wrap(piece, 0, (int) Math.min(left, piece.length));
            while (next.hasRemaining()) {
                if (stopped) {
                    return false;
                }
                left -= open.write(next);
            }
        }
        return true;
    }

    /** Gives the space back to the file system; durable when it returns. */
    void release() throws IOException {
        stop();
        boolean was = held;
        held = false;
        Files.deleteIfExists(part);
        Files.deleteIfExists(file);
        OwnerOnly.sync(directory);
        synchronized (this) {
            stopped = false;
        }
        if (was) {
            LOG.warn("the disk is full, the space held in reserve is given up bytes={}", bytes);
        }
    }

    /** Has its thread end, if there is one, and waits for that a while. */
    void stop() {
        Thread running;
        synchronized (this) {
            stopped = true;
            running = filler;
        }
        if (running != null && !hasEnded(running)) {
            LOG.warn("the disk does not answer, what holds space in reserve is left behind file={}", part);
        }
    }

    private static boolean hasEnded(Thread running) {
        boolean interrupted = Thread.interrupted();
        try {
            running.join(STOP_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !running.isAlive();
    }
}
