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
     * Bytes that a process has handed to write(2) and its like, in all threads that it has had.
     *
     * @param except how the names of threads begin, which stay, that are not to count
     */
    static long written(long pid, Set<String> except) {
        Path process = Path.of("/proc/" + pid);
        long written = written(process.resolve("io"));
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                String name = name(thread);
                if (except.stream().anyMatch(name::startsWith)) {
                    written -= written(thread.resolve("io"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return written;
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    /** The same of this JVM. */
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
