package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import jetbrains.exodus.log.LogUtil;

/** The files of a Xodus log, by name. */
final class LogFiles {

    private LogFiles() {}

    static boolean isLogFile(Path file) {
        return LogUtil.isLogFileName(file.getFileName().toString());
    }

    /** Where in the log the file begins. */
    static long address(Path file) {
        return LogUtil.getAddress(file.getFileName().toString());
    }

    /** The log files of a directory in the order in which they were written; none when there is no such directory. */
    static List<Path> in(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(LogFiles::isLogFile)
                    .sorted(Comparator.comparingLong(LogFiles::address))
                    .toList();
        }
    }

    /** The newest log files of a directory, which may have thousands, in the order in which they were written. */
    static List<Path> newest(Path directory, int count) throws IOException {
        String[] names = directory.toFile().list();
        if (names == null) {
            throw new IOException("can't list " + directory);
        }
        Arrays.sort(names); // as their addresses do
        Deque<Path> newest = new ArrayDeque<>();
        for (int i = names.length - 1; i >= 0 && newest.size() < count; i--) {
            if (LogUtil.isLogFileName(names[i])) {
                newest.addFirst(directory.resolve(names[i]));
            }
        }
        return List.copyOf(newest);
    }
}
