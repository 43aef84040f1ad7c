package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What a process has used, by proc(5).
 *
 * @param cpuSeconds processor time of all its threads since it began
 * @param residentBytes memory that it has now
 */
record Usage(double cpuSeconds, long residentBytes) {

    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int RESIDENT_PAGES = 21;
    private static final double TICKS_PER_SECOND = 100; // of Linux, whatever the kernel's own clock does
    private static final String WRITTEN = "wchar: ";
    private static final int PAGE_BYTES = 4 << 10;

    /**
     * Bytes that the threads which a process has now have handed to write(2) and its like.
     *
     * @param except how the names of those begin that are not to count
     */
    static long written(long pid, Set<String> except) {
        long written = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                String name = Files.readString(thread.resolve("comm"));
                if (except.stream().noneMatch(name::startsWith)) {
                    written += written(thread.resolve("io"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return written;
    }

    /** The same of this JVM, and of all threads that it has had. */
    static long writtenHere() {
        return written(Path.of("/proc/self/io"));
    }

    private static long written(Path io) {
        try {
            return Files.readAllLines(io).stream()
                    .filter(line -> line.startsWith(WRITTEN))
                    .mapToLong(line -> Long.parseLong(line.substring(WRITTEN.length())))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Usage of(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", 0); // the name may have blanks
            double ticks = Double.parseDouble(fields[USER_TICKS]) + Double.parseDouble(fields[SYSTEM_TICKS]);
            return new Usage(ticks / TICKS_PER_SECOND, Long.parseLong(fields[RESIDENT_PAGES]) * PAGE_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
