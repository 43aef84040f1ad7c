package dev.holdfast.gateway.text;

/**
 * Numbers, and why sockets fail, as people read them. Without Java's formatter, which takes longer to load than a command to
 * run.
 */
public final class Text {

    private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final int BYTES_PER_UNIT = 1_024;
    private static final int DIGITS_PER_GROUP = 3;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_HOUR = 3_600;
    private static final int SECONDS_PER_DAY = 86_400;

    private Text() {}

    /** 1,234,567. */
    public static String count(long number) {
        StringBuilder text = new StringBuilder(Long.toString(number));
        int first = number < 0 ? 1 : 0;
        for (int at = text.length() - DIGITS_PER_GROUP; at > first; at -= DIGITS_PER_GROUP) {
            text.insert(at, ',');
        }
        return text.toString();
    }

    /** 46.1 MiB. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= BYTES_PER_UNIT && unit < BYTE_UNITS.length - 1) {
            value /= BYTES_PER_UNIT;
            unit++;
        }
        return unit == 0 ? bytes + " B" : oneDecimal(value) + " " + BYTE_UNITS[unit];
    }

    /** 3d 4h, 5h 12m, 3m 7s, 12 s or 0.4 s. */
    public static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole >= SECONDS_PER_DAY) {
            return whole / SECONDS_PER_DAY + "d " + whole % SECONDS_PER_DAY / SECONDS_PER_HOUR + "h";
        }
        if (whole >= SECONDS_PER_HOUR) {
            return whole / SECONDS_PER_HOUR + "h " + whole % SECONDS_PER_HOUR / SECONDS_PER_MINUTE + "m";
        }
        if (whole >= SECONDS_PER_MINUTE) {
            return whole / SECONDS_PER_MINUTE + "m " + whole % SECONDS_PER_MINUTE + "s";
        }
        return seconds < 10 ? oneDecimal(seconds) + " s" : whole + " s";
    }

    /** 1,200/s, or 0.4/s below ten. */
    public static String rate(double perSecond) {
        return perSecond < 10 && perSecond > 0 ? oneDecimal(perSecond) + "/s" : count(Math.round(perSecond)) + "/s";
    }

    /** 1.4 ms. */
    public static String millis(double millis) {
        return oneDecimal(millis) + " ms";
    }

    /** What went wrong, without the name of the system call that epoll puts before it. */
    public static String reason(Throwable failure) {
        return String.valueOf(failure.getMessage())
                .replaceFirst("^\\w+\\(\\.\\.\\) failed(?: with error\\(-\\d+\\))?: ", "");
    }

    private static String oneDecimal(double value) {
        long tenths = Math.round(value * 10);
        return tenths / 10 + "." + tenths % 10;
    }
}
