package dev.holdfast.gateway.ingest.mqtt;

import static dev.holdfast.gateway.ingest.mqtt.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Streams that were valid before they were damaged: they may end their own connection and do nothing else. */
class FuzzTest {

    private static final int STREAMS = 1_000;

    private static final List<String> CONNECTS = List.of(
            "10 [ <'MQTT'> 05 02 0000 [ 11 00000064 21 0008 27 00010000 26 <'k'> <'v'> ] <'fuzz'> ]",
            "10 [ <'MQTT'> 05 c6 003c [ ] <'fuzz'> [ 18 00000001 01 01 ] <'will'> <'gone'> <'name'> <'secret'> ]",
            "10 [ <'MQTT'> 04 00 000a <'fuzz'> ]",
            "10 [ <'MQTT'> 04 ee 0000 <'fuzz2'> <'will'> <'gone'> <'name'> <'secret'> ]");

    private static final List<String> PACKETS_5 = List.of(
            "32 [ <'a/b'> 0001 [ 01 01 02 0000000a 03 <'text'> 08 <'r'> 09 <0102> 26 <'k'> <'v'> 23 0001 ] 'payload' ]",
            "34 [ <'ä/€/𝄞'> 0002 [ ] 'payload' ]",
            "30 [ <> [ 23 0001 ] 'payload' ]",
            "62 [ 0002 00 [ 1f <'why'> ] ]",
            "82 [ 0003 [ 0b 8001 ] <'a/#'> 00 <'b'> 2a ]",
            "a2 [ 0004 [ ] <'a/#'> <'b'> ]",
            "c0 00",
            "33 [ <'$SYS/x'> 0005 [ ] ]",
            "32 [ <'large'> 0006 [ ] 78*3000 ]",
            "e0 [ 04 [ 11 00000001 1f <'bye'> ] ]");

    private static final List<String> PACKETS_3 = List.of(
            "32 [ <'a/b'> 0001 'payload' ]",
            "34 [ <'ä/€/𝄞'> 0002 'payload' ]",
            "62 02 0002",
            "82 [ 0003 <'a/#'> 00 <'b'> 02 ]",
            "a2 [ 0004 <'a/#'> ]",
            "c0 00",
            "3b [ <'large'> 0006 78*3000 ]",
            "e0 00");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger rootLogger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final ResourceLeakDetector.Level levelBefore = ResourceLeakDetector.getLevel();
    private long allocationsBefore;

    @BeforeEach
    void watch() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        allocationsBefore = activeAllocations();
        log.start();
        rootLogger.addAppender(log);
    }

    @AfterEach
    void unwatch() {
        rootLogger.detachAppender(log);
        ResourceLeakDetector.setLevel(levelBefore);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 3);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldSurviveDamagedStreams(long seed) {
        Random random = new Random(seed);
        ManualIntake intake = ManualIntake.committingAtOnce();
        try (TestDoor door = TestDoor.over(intake)) {
            RawClient neighbour = door.connect5("neighbour");
            for (int i = 0; i < STREAMS; i++) {
                byte[] stream = damaged(random, valid(random));
                try (RawClient client = RawClient.open(door.door().address(), MqttVersion.MQTT_5)) {
                    client.sendAndReadToTheEnd(stream);
                }
                if (i % 20 == 0) {
                    neighbour.publish(1, 1 + i, "neighbour", "still here").expect("PUBACK " + (1 + i));
                }
            }
        }

        assertThat(errors()).as("errors logged with seed %d", seed).isEmpty();
        await("all buffers to be released")
                .until(FuzzTest::activeAllocations, allocations -> allocations <= allocationsBefore);
        assertNoLeakIsReported();
    }

    private static byte[] valid(Random random) {
        String connect = pick(random, CONNECTS);
        List<String> packets = connect.contains("'MQTT'> 05") ? PACKETS_5 : PACKETS_3;
        StringBuilder wire = new StringBuilder(connect);
        for (int i = random.nextInt(12); i > 0; i--) {
            wire.append(' ').append(pick(random, packets));
        }
        return Wire.bytes(wire.toString());
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static byte[] damaged(Random random, byte[] valid) {
        byte[] stream = valid;
        for (int i = 1 + random.nextInt(3); i > 0 && stream.length > 1; i--) {
            stream = damagedOnce(random, stream);
        }
        return stream;
    }

    private static byte[] damagedOnce(Random random, byte[] stream) {
        int at = random.nextInt(stream.length);
        int to = Math.min(stream.length, at + 1 + random.nextInt(8));
        byte[] some = Arrays.copyOfRange(stream, at, to);
        return switch (random.nextInt(6)) {
            case 0 -> {
                byte[] flipped = stream.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> {
                byte[] other = stream.clone();
                other[at] = (byte) pick(random, List.of(0, 1, 0x7f, 0x80, 0xff, random.nextInt(256)))
                        .intValue();
                yield other;
            }
            case 2 -> spliced(stream, at, to, new byte[0]);
            case 3 -> spliced(stream, at, at, some);
            case 4 -> {
                random.nextBytes(some);
                yield spliced(stream, at, at, some);
            }
            default -> Arrays.copyOf(stream, at);
        };
    }

    private static byte[] spliced(byte[] stream, int from, int to, byte[] between) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(stream, 0, from);
        out.writeBytes(between);
        out.write(stream, to, stream.length - to);
        return out.toByteArray();
    }

    private List<String> errors() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::toString)
                .toList();
    }

    private static long activeAllocations() {
        PooledByteBufAllocatorMetric metric = PooledByteBufAllocator.DEFAULT.metric();
        return Stream.concat(metric.directArenas().stream(), metric.heapArenas().stream())
                .mapToLong(PoolArenaMetric::numActiveAllocations)
                .sum();
    }

    /** The detector looks for lost buffers when it is asked for another one. */
    private void assertNoLeakIsReported() {
        System.gc();
        for (int i = 0; i < 100; i++) {
            ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer(16);
            buffer.release();
        }
        assertThat(errors()).as("leaks").isEmpty();
    }
}
