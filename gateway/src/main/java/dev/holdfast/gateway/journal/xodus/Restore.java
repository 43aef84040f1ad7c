package dev.holdfast.gateway.journal.xodus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.StoreCheck;
import dev.holdfast.gateway.journal.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Makes a store of a {@link Backup}. */
public final class Restore {

    private static final String FIRST_LINE = Backup.HEADER + " " + Backup.FORMAT;
    private static final int MAX_MANIFEST_BYTES = 16 << 20;

    private Restore() {}

    /**
     * Restores a backup: unpacks it beside the store's place, goes over all of it, and gives it its name when it is durable.
     *
     * @param store where the store is to be: a directory that is not there, or empty
     * @param progress told how many bytes of how many are unpacked
     * @return what was found in it; damaged chunks are restored too, for the gateway to put into quarantine
     * @throws StoreException if there is something already, or the file is not a whole backup; nothing is left of it then
     */
    public static StoreCheck.Report run(Path backup, Path store, ObjLongConsumer<Long> progress) {
        Path name = store.toAbsolutePath().getFileName();
        try {
            if (Files.exists(store) && !isEmpty(store)) {
                throw new StoreException(store + " is not empty; move it away, or restore to another place by --store");
            }
            try (Temporary temporary = Temporary.make(Backup.parent(store), name + ".restore-")) {
                Path unpacked = temporary.directory();
                unpack(backup, unpacked, progress);
                StoreCheck.Report report = check(backup, unpacked);
                Files.deleteIfExists(store);
                Files.move(unpacked, store, StandardCopyOption.ATOMIC_MOVE);
                OwnerOnly.sync(Backup.parent(store));
                return report;
            }
        } catch (IOException e) {
            throw new StoreException("can't restore " + backup + " to " + store + ": " + e, e);
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private static StoreCheck.Report check(Path backup, Path directory) {
        try (XodusStore store = XodusStore.open(directory, 0)) {
            StoreCheck.Report report = StoreCheck.check(store, bytes -> {});
            if (report.problem() != null) {
                throw new StoreException("can't restore " + backup + ": " + report.problem());
            }
            return report;
        }
    }

    /**
     * Unpacks a backup into an empty directory.
     *
     * @throws StoreException if it is not a backup, not whole, or of a newer format; what was unpacked is removed
     */
    private static void unpack(Path backup, Path directory, ObjLongConsumer<Long> progress) {
        try (ZipFile zip = new ZipFile(backup.toFile())) {
            Map<String, Long> files = readManifest(zip);
            long total = files.values().stream().mapToLong(Long::longValue).sum();
            OwnerOnly.createDirectories(directory.resolve(XodusStore.ENVIRONMENT));
            long[] done = {0};
            for (Map.Entry<String, Long> file : files.entrySet()) {
                ZipEntry entry = zip.getEntry(file.getKey());
                Path target = directory.resolve(file.getKey());
                OwnerOnly.createFile(target);
                try (InputStream in = zip.getInputStream(entry);
                        FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE)) {
                    Backup.copy(
                            in,
                            Channels.newOutputStream(out),
                            file.getValue(),
                            bytes -> progress.accept(total, done[0] + bytes));
                    out.force(true);
                }
                done[0] += file.getValue();
            }
            OwnerOnly.sync(directory.resolve(XodusStore.ENVIRONMENT));
        } catch (IOException e) {
            throw new StoreException("can't restore " + backup + ": " + e.getMessage(), e);
        }
    }

    /** The files by name with their lengths; nothing but log files, and each of them there. */
    private static Map<String, Long> readManifest(ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(Backup.MANIFEST);
        if (entry == null || entry.getSize() > MAX_MANIFEST_BYTES) {
            throw new IOException("it is not a backup of Holdfast");
        }
        String[] lines;
        try (InputStream in = zip.getInputStream(entry)) {
            lines = new String(in.readAllBytes(), UTF_8).split("\n", -1);
        }
        if (!lines[0].equals(FIRST_LINE)) {
            throw new IOException("it is not a backup of Holdfast, or of a newer one: it begins with \""
                    + printable(lines[0]) + "\", and this Holdfast reads \"" + FIRST_LINE + "\"");
        }
        Map<String, Long> files = new LinkedHashMap<>();
        for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
            add(files, lines[i], zip);
        }
        Enumeration<? extends ZipEntry> all = zip.entries();
        while (all.hasMoreElements()) {
            String name = all.nextElement().getName();
            if (!files.containsKey(name) && !name.equals(Backup.MANIFEST)) {
                throw new IOException("its manifest does not know the entry \"" + printable(name) + "\"");
            }
        }
        return files;
    }

    private static void add(Map<String, Long> files, String line, ZipFile zip) throws IOException {
        String prefix = XodusStore.ENVIRONMENT + "/";
        int space = line.lastIndexOf(' ');
        String name = space < 0 ? "" : line.substring(0, space);
        boolean known = name.startsWith(prefix)
                && LogFiles.isLogFile(Path.of(name.substring(prefix.length())))
                && name.indexOf('/', prefix.length()) < 0;
        ZipEntry entry = known ? zip.getEntry(name) : null;
        if (entry == null
                || !line.substring(space + 1).equals(Long.toString(entry.getSize()))
                || entry.getSize() > Engine.FILE_BYTES) {
            throw new IOException("its entry \"" + printable(line) + "\" makes no sense or is missing");
        }
        files.put(name, entry.getSize());
    }

    private static String printable(String text) {
        String start = text.substring(0, Math.min(100, text.length()));
        return start.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
