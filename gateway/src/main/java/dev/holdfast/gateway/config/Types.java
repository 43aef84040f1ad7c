package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The types of values that there are. */
final class Types {

    private static final Pattern URL_PATH_PATTERN = Pattern.compile("/[A-Za-z0-9_.~/-]*");

    static final Type<String> TEXT = Type.of("any text", text -> text);

    private static final Pattern NAME_PATTERN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    private static final Pattern WHOLE_PATTERN = Pattern.compile("-?[0-9]+");

    /** What becomes part of topics and of the identity stamp. */
    static final Type<String> NAME = Type.of(
            "1 to 64 letters, digits and _ . - of which the first is a letter or a digit",
            Shape.text(NAME_PATTERN.pattern()),
            Types::parseName);

    static final Type<Path> PATH = Type.of("a path, absolute or from the working directory", Types::parsePath);

    /** The limit is that of the system. */
    static final Type<Path> SOCKET_PATH = Type.of("a path of at most 100 bytes", text -> {
        if (text.getBytes(UTF_8).length > 100) {
            throw new Refused("is too long for a socket");
        }
        return parsePath(text);
    });

    static final Type<String> URL_PATH = Type.of("a path that begins with /, such as /mqtt", text -> {
        if (!URL_PATH_PATTERN.matcher(text).matches()) {
            throw new Refused("can't be the path of a URL");
        }
        return text;
    });

    static final Type<InetSocketAddress> ADDRESS = Type.of(
            "host:port or [IPv6 address]:port with a port from 0 to 65535; 0.0.0.0 is every address of this machine",
            Shape.text(Addresses.PATTERN),
            Addresses::parse);

    static final Type<String> TOPIC_FILTER = Type.of(
            "topic filters such as # or sensors/+/temperature or plant/#",
            Shape.text(TopicFilters.PATTERN),
            TopicFilters::parse);

    static final Type<String> TAP_FILTER = Type.of(
            "topic filters such as sensors/# or plant/+/state, also $share/GROUP/FILTER",
            Shape.text(TopicFilters.TAP_PATTERN),
            TopicFilters::parseOfTap);

    static final Type<BrokerAddress> BROKER = Type.of(
            "mqtt://host or mqtt://host:port, mqtts://host for TLS, or unix:///path",
            Shape.text(BrokerAddress.PATTERN),
            BrokerAddress::parse);

    static final Type<Boolean> FLAG = new Type<>("true, false", List.of("true", "false"), Shape.FLAG, Types::parseFlag);

    static final Type<Duration> DURATION = Type.of(
            "a number and one of ms, s, m, h, d, such as 30s or 5m, up to 36500d",
            Shape.text(Durations.SHAPE),
            Durations::parse);

    /** How old messages may get. */
    static final Type<Duration> AGE =
            Type.of("1s to 36500d, written like 90s, 12h or 30d", Shape.text(Durations.SHAPE), text -> {
                Duration age = Durations.parse(text);
                if (age.compareTo(Duration.ofSeconds(1)) < 0) {
                    throw new Refused("is too short");
                }
                return age;
            });

    static final Type<Long> NUMBER = Type.of(
            "a whole number, 0 or greater", wholeShape(0, Long.MAX_VALUE), text -> parseWhole(text, 0, Long.MAX_VALUE));

    private Types() {}

    /** A whole number within limits. */
    static Type<Integer> whole(int min, int max) {
        return Type.of(min + " to " + max, wholeShape(min, max), text -> (int) parseWhole(text, min, max));
    }

    /** A number of bytes within limits. */
    static Type<ByteSize> bytes(ByteSize min, ByteSize max) {
        String allowed = min + " to " + max + ", written like 512KiB, 1MiB or as a plain number of bytes";
        return Type.of(allowed, Shape.number(ByteSize.SHAPE, min.bytes(), max.bytes()), text -> {
            ByteSize size = ByteSize.parse(text);
            if (size.bytes() < min.bytes()) {
                throw new Refused("is too small");
            }
            if (size.bytes() > max.bytes()) {
                throw new Refused("is too large");
            }
            return size;
        });
    }

    /** An amount of time within limits, both in whole seconds. */
    static Type<Duration> seconds(int min, int max) {
        return Type.of(min + "s to " + max + "s, written like 500ms, 30s, 5m", Shape.text(Durations.SHAPE), text -> {
            Duration time = Durations.parse(text);
            if (time.compareTo(Duration.ofSeconds(min)) < 0) {
                throw new Refused("is too short");
            }
            if (time.compareTo(Duration.ofSeconds(max)) > 0) {
                throw new Refused("is too long");
            }
            return time;
        });
    }

    private static Shape wholeShape(long min, long max) {
        return Shape.number(WHOLE_PATTERN.pattern(), min, max);
    }

    private static String parseName(String text) throws Refused {
        if (!NAME_PATTERN.matcher(text).matches()) {
            throw new Refused("can't be a name");
        }
        return text;
    }

    private static Path parsePath(String text) throws Refused {
        if (text.isEmpty()) {
            throw new Refused("is empty");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new Refused("is no path on this machine");
        }
    }

    private static boolean parseFlag(String text) throws Refused {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Refused("is neither true nor false");
        };
    }

    private static long parseWhole(String text, long min, long max) throws Refused {
        if (!WHOLE_PATTERN.matcher(text).matches()) {
            throw new Refused("is not a whole number");
        }
        boolean negative = text.charAt(0) == '-';
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Refused(negative ? "is too small" : "is too large");
        }
        if (value < min) {
            throw new Refused("is too small");
        }
        if (value > max) {
            throw new Refused("is too large");
        }
        return value;
    }
}
