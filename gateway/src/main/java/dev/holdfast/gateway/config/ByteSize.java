package dev.holdfast.gateway.config;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of bytes as it is written in a configuration: {@code 512KiB}, {@code 4GiB}, or a plain number of bytes.
 *
 * @param bytes how many
 */
record ByteSize(long bytes) {

    /** What one looks like. */
    static final String SHAPE = "[0-9]+ ?(B|KiB|MiB|GiB)?";

    private static final Pattern PATTERN = Pattern.compile("([0-9]+) ?([A-Za-z]*)");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB"};

    /** The size that the text says, whatever its limits. */
    static ByteSize parse(String text) throws Refused {
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw new Refused("is not a byte size");
        }
        String unit = matcher.group(2);
        int power = unit.isEmpty() ? 0 : Arrays.asList(UNITS).indexOf(unit);
        if (power < 0) {
            throw new Refused("is not in B, KiB, MiB or GiB; KB and MB are not understood, write KiB and MiB");
        }
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power)));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new Refused("is too large");
        }
    }

    /** The size in the largest unit in which it is a whole number. */
    @Override
    public String toString() {
        int power = 0;
        long number = bytes;
        while (power < UNITS.length - 1 && number != 0 && number % 1024 == 0) {
            number /= 1024;
            power++;
        }
        return number + UNITS[power];
    }
}
