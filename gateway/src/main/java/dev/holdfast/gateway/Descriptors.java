package dev.holdfast.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many files the system lets this process have open. Connections count among them, and so they must not take all: the
 * store opens a new file now and then, and can't go on without.
 */
final class Descriptors {

    private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern OPEN_FILES = Pattern.compile("^Max open files +(\\d{1,9}) ", Pattern.MULTILINE);

    /** For jars, the store, links upstream and the admin port; of few descriptors half. */
    private static final int KEPT = 256;

    private Descriptors() {}

    /**
     * How many connections there may be when so many are wanted; says so when it is fewer.
     *
     * @param each descriptors that one takes at most: two before a broker
     */
    static int connections(int wanted, int each) {
        int possible = connections(wanted, each, limits());
        if (possible < wanted) {
            LOG.warn(
                    "the system allows too few open files for listen.limits.connections={}, no more than {} are taken;"
                            + " raise LimitNOFILE of the service, or ulimit -n",
                    wanted,
                    possible);
        }
        return possible;
    }

    private static String limits() {
        try {
            return Files.readString(LIMITS);
        } catch (IOException e) {
            return ""; // not Linux
        }
    }

    /** The same by the content of {@code /proc/self/limits}. */
    static int connections(int wanted, int each, String limits) {
        Matcher line = OPEN_FILES.matcher(limits);
        if (!line.find()) {
            return wanted; // without a limit, or not to be known
        }
        int files = Integer.parseInt(line.group(1));
        return Math.min(wanted, (files - Math.min(KEPT, files / 2)) / each);
    }
}
