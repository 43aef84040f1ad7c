package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the log after a crash, put in order before Xodus opens it.
 *
 * <p>The last file may end with zeros, which were {@linkplain ZerosAhead written ahead}, and with a commit that was not
 * synced: of that a power cut leaves any of its sectors, and for the others the zeros that were there before. Xodus would
 * take such a commit for whole if its end is there. Here it is cut off: nobody was told that it is durable.
 *
 * <p>A sector of nothing but zeros was not written, unless it belongs to a record whose content is zeros. Of a chunk its
 * checksum tells that; other records with so many zeros are copies of damaged chunks, which are believed.
 */
final class LogTail {

    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);

    private LogTail() {}

    /**
     * Cuts the last file of the log off behind its last whole commit, durably; one without any is removed. Does nothing to
     * a log that was closed.
     *
     * @param rescue copies the newest files aside before one is removed, or more is cut off than zeros
     */
    static void mend(Path environment, Rescue rescue) throws IOException {
        List<Path> newest = LogFiles.newest(environment, 1);
        if (newest.isEmpty()) {
            return;
        }
        Path last = newest.get(0);
        int length;
        int end;
        try (FileChannel open = FileChannel.open(last, StandardOpenOption.READ)) {
            LogBytes bytes = LogBytes.through(open);
            length = bytes.length();
            end = end(bytes);
            if (end == length) {
                return;
            }
            if (end == 0 || end < bytes.endOfData()) { // one file less changes which are the newest
                rescue.copyAside();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        LOG.info("the log was not closed, its last file is cut off file={} bytes={} of={}", last, end, length);
        if (end == 0) {
            Files.delete(last);
            OwnerOnly.sync(environment);
            return;
        }
        try (FileChannel open = FileChannel.open(last, StandardOpenOption.WRITE)) {
            open.truncate(end);
            open.force(true);
        }
    }

    /** Where the log ends in its last file. */
    static int end(LogBytes bytes) {
        int written = RawLog.writtenEnd(bytes);
        if (written >= bytes.endOfData()) {
            return written;
        }
        int[] last = {0}; // end of the last commit
        int[] behind = {0};
        LogBytes whole = bytes.inMemory();
        RawLog.visit(whole, new RawLog.Visitor() {
            @Override
            public boolean leaf(int at, ByteBuffer value) {
                return false;
            }

            @Override
            public void root(int end, boolean followed) {
                last[0] = end;
                behind[0] += end > written ? 1 : 0;
            }
        });
        if (written >= 0 && behind[0] <= 1) {
            return written;
        }
        int length = whole.length();
        return whole.get(length - 1) == 0 ? last[0] : length; // damage before it is for others to mend
    }

    /**
     * Where the log ends in a file that a gateway writes to at this moment: what lies before was written before, in this
     * order.
     */
    static long endWhileWritten(Path file) throws IOException {
        return LogBytes.of(Files.readAllBytes(file)).endOfData(); // at once, as it may be cut off meanwhile
    }
}
