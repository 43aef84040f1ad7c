package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small state that is written after each commit, in one write, in turn into one of two places of a file. Not synced: the
 * page cache keeps it when the process is killed; a power cut may leave an older one.
 *
 * <pre>
 * place := length of the state (4 bytes)  CRC32C of number and state (4)  number, rising (8)  state
 * </pre>
 *
 * <p>Written by one thread.
 */
final class WitnessFile implements AutoCloseable {

    static final int PLACE_BYTES = 16 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(WitnessFile.class);
    static final String FILE = "witness";
    private static final int HEADER_BYTES = 16;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PLACE_BYTES);
    private long number;
    private byte @Nullable [] found;
    private boolean failed;

    private WitnessFile(FileChannel channel) throws IOException {
        this.channel = channel;
        for (int place = 0; place < 2; place++) {
            read(place);
        }
    }

    static WitnessFile open(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        OwnerOnly.createFile(file);
        return new WitnessFile(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private void read(int place) throws IOException {
        buffer.clear();
        long from = (long) place * PLACE_BYTES;
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
            // until all is there
        }
        buffer.flip();
        if (buffer.remaining() < HEADER_BYTES) {
            return;
        }
        int length = buffer.getInt();
        int crc = buffer.getInt();
        if (length <= 0 || length > buffer.limit() - HEADER_BYTES) {
            return;
        }
        buffer.limit(HEADER_BYTES + length);
        if (crc == checksum()) {
            long itsNumber = buffer.getLong(8);
            if (itsNumber > number) {
                number = itsNumber;
                found = new byte[length];
                buffer.position(HEADER_BYTES).get(found);
            }
        }
    }

    /** Of the number and the state in the buffer. */
    private int checksum() {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().position(8));
        return (int) crc.getValue();
    }

    /** What an earlier run wrote last, or null. */
    byte @Nullable [] found() {
        return found;
    }

    void write(byte[] state) {
        if (state.length > PLACE_BYTES - HEADER_BYTES) {
            fail("it has " + state.length + " bytes, and there is room for " + (PLACE_BYTES - HEADER_BYTES));
            return;
        }
        number++;
        buffer.clear();
        buffer.putInt(state.length).putInt(0).putLong(number).put(state).flip();
        buffer.putInt(4, checksum());
        boolean interrupted = Thread.interrupted(); // which would close the file
        try {
            channel.write(buffer, (number & 1) * PLACE_BYTES);
        } catch (IOException e) {
            fail(e.toString());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Without it the store is as safe as the disk is. */
    private void fail(String why) {
        if (!failed) {
            failed = true;
            LOG.warn("can't note what is durable, damage may be noticed later why=\"{}\"", why);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
