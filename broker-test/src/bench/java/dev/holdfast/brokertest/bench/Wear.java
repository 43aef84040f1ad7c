package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts what is written from now on: what somebody hands to the system, and what comes to the disk from anybody. */
final class Wear {

    private final LongSupplier written;
    private final long writtenBefore;
    private final BlockDevice device;
    private final OptionalLong deviceBefore;

    /**
     * Has the disk take what was written before, and begins to count.
     *
     * @param directory a directory on the disk
     * @param written bytes that were handed to the system, ever
     */
    Wear(Path directory, LongSupplier written) {
        this.device = BlockDevice.of(directory);
        this.written = written;
        BlockDevice.settle();
        this.deviceBefore = device.written();
        this.writtenBefore = written.getAsLong();
    }

    /** What was written for each byte of so many. */
    Figure figure(String what, String measured, double payloadBytes, Figure.@Nullable Target target) {
        double ratio = (written.getAsLong() - writtenBefore) / payloadBytes;
        if (ratio < 1) {
            throw new IllegalStateException("less was written than came: " + ratio);
        }
        OptionalLong deviceAfter = device.written();
        String atTheDisk = deviceAfter.isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "at the disk %.1f",
                        (deviceAfter.getAsLong() - deviceBefore.orElseThrow()) / payloadBytes);
        return new Figure(
                "written for a byte of payload" + what, measured, atTheDisk, ratio, "×", ratio, ratio, target);
    }
}
