package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where and how long a piece measures.
 *
 * @param directory a directory of its own, on the disk that is measured
 * @param quick whether it is the short form, whose figures are rough
 */
record Setup(Path directory, boolean quick) {

    private static final String WARM_TOPIC = "warm";

    /** How many rounds each figure has, the warm-up not counted. */
    int rounds() {
        return quick ? 5 : 15;
    }

    /** The same where servers take part, whose rounds are long. */
    int mqttRounds() {
        return quick ? 2 : 3;
    }

    /** The same where something is counted, and rounds differ little; each has its full size. */
    int countedRounds() {
        return quick ? 1 : 3;
    }

    /** Has the code of a server compiled as far as it will be; none of it counts. */
    void warm(String url) {
        warm(url, 0);
    }

    /** The same with so many messages a second, all clients together: with as many as are delivered meanwhile. */
    void warm(String url, int perSecond) {
        Load.Result unused = warmUp(perSecond).run(url, WARM_TOPIC);
    }

    /** The same for what the gateway is measured beside. */
    void warm(Peer peer) {
        Load.Result unused = peer.run(warmUp(0), WARM_TOPIC);
    }

    private Load warmUp(int perSecond) {
        return new Load(8, 64, perSecond, quick ? 10 : 40, 0);
    }

    /** How long a round takes that goes by time. */
    Duration round() {
        return Duration.ofMillis(quick ? 300 : 600);
    }

    /** A number of messages for the long form, a tenth of it for the short one. */
    long messages(long messages) {
        return quick ? messages / 10 : messages;
    }

    /** An empty directory of the given name. */
    Path empty(String name) {
        Path empty = directory.resolve(name);
        try {
            delete(empty);
            return Files.createDirectories(empty);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            List<Path> deepestFirst;
            try (Stream<Path> files = Files.walk(directory)) {
                deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }
}
