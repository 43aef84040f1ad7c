package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
    private static final int PAGE_BYTES = 4 << 10;

    static Usage of(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" "); // the name may have blanks
            double ticks = Double.parseDouble(fields[USER_TICKS]) + Double.parseDouble(fields[SYSTEM_TICKS]);
            return new Usage(ticks / TICKS_PER_SECOND, Long.parseLong(fields[RESIDENT_PAGES]) * PAGE_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
