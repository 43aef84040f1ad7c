package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
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
     * What was written for each byte of payload.
     *
     * @param handed to the system
     * @param atTheDisk what came to it; empty where that can't be known
     */
    record Ratios(double handed, OptionalDouble atTheDisk) {}

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

    /** What was written for so many bytes. */
    Ratios ratios(double payloadBytes) {
        double handed = (written.getAsLong() - writtenBefore) / payloadBytes;
        if (handed < 1) {
            throw new IllegalStateException("less was written than came: " + handed);
        }
        OptionalLong deviceAfter = device.written();
        return new Ratios(
                handed,
                deviceAfter.isEmpty()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of((deviceAfter.getAsLong() - deviceBefore.orElseThrow()) / payloadBytes));
    }

    /** The medians of rounds. */
    static Figure figure(String what, String measured, List<Ratios> rounds, Figure.@Nullable Target target) {
        double[] atTheDisk = rounds.stream()
                .flatMapToDouble(round -> round.atTheDisk().stream())
                .toArray();
        return Figure.ofRounds(
                "written for a byte of payload" + what,
                measured,
                atTheDisk.length == 0 ? "" : String.format(Locale.ROOT, "at the disk %.1f", Rounds.median(atTheDisk)),
                rounds.stream().mapToDouble(Ratios::handed).toArray(),
                target);
    }
}
