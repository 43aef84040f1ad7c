package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            all.forEach(files::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(Comparator.reverseOrder()); // by name, as their addresses
        List<Path> newest = new ArrayList<>(
                files.stream().filter(LogFiles::isLogFile).limit(count).toList());
        Collections.reverse(newest);
        return newest;
    }
}
