package dev.holdfast.gateway.journal.xodus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.StoreException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Backups: a zip file of a manifest and the log files.
 *
 * <p>A backup is taken from the files of a store, whether a gateway runs on it or not. The log is only ever appended to, so
 * any beginning of it is a store as it was at some moment, as long as no file of it is missing; and the cleaner deletes a file
 * only half a second after what was in it has been written again at the end. So all files are held by links first, until
 * there is none that is not; then the length of the last one says which moment it is.
 */
public final class Backup {

    static final String MANIFEST = "holdfast-backup";
    static final String HEADER = "holdfast backup";
    static final int FORMAT = 1;
    private static final String TEMPORARY = "backup.tmp-";

    private Backup() {}

    /**
     * Takes a backup. The file appears under its name when it is whole and durable, with access for its owner only.
     *
     * @param store directory of the store
     * @param target the file; one that is there is replaced
     * @param progress told how many bytes of how many are done
     * @throws StoreException if there is no store, or something can't be read or written; then there is no file
     */
    public static void take(Path store, Path target, ObjLongConsumer<Long> progress) {
        Path environment = store.resolve(XodusStore.ENVIRONMENT);
        if (!Files.isDirectory(environment)) {
            throw new StoreException("there is no store in " + store);
        }
        if (Files.isDirectory(target)) {
            throw new StoreException("can't back up to " + target + ": it is a directory; name a file in it");
        }
        if (target.toAbsolutePath()
                .normalize()
                .startsWith(store.toAbsolutePath().normalize())) {
            throw new StoreException(
                    "can't back up to " + target + ": it is in the store itself; choose another place");
        }
        if (Rescue.isLeft(store)) {
            throw new StoreException(
                    "can't back up " + store + ": what a start has copied or set aside of damaged files is not"
                            + " brought back yet, and a backup would not have it; start the gateway or run holdfast fsck --repair"
                            + " first, or copy the whole directory");
        }
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try (Temporary links = Temporary.make(store, TEMPORARY)) {
            try {
                Map<Long, Path> held = hold(environment, links.directory());
                Files.deleteIfExists(part);
                OwnerOnly.createFile(part);
                write(held, part, progress);
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                OwnerOnly.sync(parent(target));
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new StoreException("can't back up " + store + " to " + target + ": " + e, e);
        }
    }

    /** Removes what backups have left that were killed. */
    static void removeLeftovers(Path store) throws IOException {
        Temporary.removeLeftovers(store, TEMPORARY);
    }

    static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static Map<Long, Path> hold(Path environment, Path links) throws IOException {
        TreeMap<Long, Path> held = new TreeMap<>();
        boolean again = true;
        while (again) {
            again = false;
            for (Path file : LogFiles.in(environment)) {
                if (!held.containsKey(LogFiles.address(file))) {
                    again = true;
                    try {
                        Path link = Files.createLink(links.resolve(file.getFileName()), file);
                        held.put(LogFiles.address(file), link);
                    } catch (NoSuchFileException e) {
                        // deleted since it was listed: what it held is in a file that the next round sees
                    }
                }
            }
        }
        if (held.isEmpty()) {
            throw new IOException("the store has no files");
        }
        return held;
    }

    private static void write(Map<Long, Path> files, Path part, ObjLongConsumer<Long> progress) throws IOException {
        Map<Path, Long> lengths = new LinkedHashMap<>();
        long total = 0;
        StringBuilder manifest = new StringBuilder(HEADER + " " + FORMAT + "\n");
        Path last = List.copyOf(files.values()).get(files.size() - 1);
        for (Path file : files.values()) {
            long length = file.equals(last) ? LogTail.endWhileWritten(file) : Files.size(file);
            lengths.put(file, length);
            total += length;
            manifest.append(name(file)).append(' ').append(length).append('\n');
        }
        long all = total;
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
                ZipOutputStream zip =
                        new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)))) {
            zip.setLevel(Deflater.BEST_SPEED);
            zip.putNextEntry(new ZipEntry(MANIFEST));
            zip.write(manifest.toString().getBytes(UTF_8));
            zip.closeEntry();
            long[] done = {0};
            for (Map.Entry<Path, Long> file : lengths.entrySet()) {
                zip.putNextEntry(new ZipEntry(name(file.getKey())));
                try (InputStream in = Files.newInputStream(file.getKey())) {
                    copy(in, zip, file.getValue(), bytes -> progress.accept(all, done[0] + bytes));
                }
                done[0] += file.getValue();
                zip.closeEntry();
            }
            zip.finish();
            zip.flush();
            channel.force(true);
        }
    }

    private static String name(Path file) {
        return XodusStore.ENVIRONMENT + "/" + file.getFileName();
    }

    static void copy(InputStream in, OutputStream out, long length, LongConsumer progress) throws IOException {
        byte[] buffer = new byte[64 << 10];
        for (long done = 0; done < length; ) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, length - done));
            if (read < 0) {
                throw new IOException("it ends after " + done + " bytes of " + length);
            }
            out.write(buffer, 0, read);
            done += read;
            progress.accept(done);
        }
    }
}
