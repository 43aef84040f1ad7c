package dev.holdfast.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.gateway.config.LaneConfig.Bounds;
import dev.holdfast.sink.Option;
import dev.holdfast.sink.SinkFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out of files that are right. */
class ConfigReaderTest {

    private static final GatewayConfig DEFAULTS = new GatewayConfig(
            "box17",
            new StoreConfig(Path.of("./holdfast-data"), 4L << 30, Duration.ZERO),
            List.of(),
            new ListenConfig(
                    List.of(listener(address("127.0.0.1", 1883), 1 << 20)),
                    new LimitsConfig(
                            10_000,
                            1_000,
                            1_000,
                            16 << 10,
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(30),
                            24 << 20,
                            1_024,
                            8_192,
                            64,
                            4 << 10,
                            64,
                            64,
                            16 << 10,
                            0,
                            0,
                            10_000,
                            Duration.ofDays(30))),
            new AccessConfig(Optional.empty(), Optional.empty()),
            List.of(),
            List.of(),
            new AdminConfig(address("127.0.0.1", 8080)));

    /** Plain and open, as it is on this machine when nobody says otherwise. */
    private static ListenerConfig listener(InetSocketAddress bind, int maxPacket) {
        return new ListenerConfig(
                "mqtt", bind, maxPacket, Optional.empty(), "", List.of(), true, false, false, Optional.empty());
    }

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void setUp() {
        file = new ConfigFile(directory);
    }

    @Test
    void shouldHaveDefaultsWithoutAFile() {
        assertThat(ConfigFile.READER.defaults()).isEqualTo(DEFAULTS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "# nothing but a comment\n",
                "---\n",
                "---\n...\n",
                "{}",
                "~",
                "null",
                "\uFEFF",
                "admin:\n",
                "admin: ~",
                "admin: {}",
                "routes:\n",
                "routes: []",
                "lanes: []",
                "lanes:\nstore: {quota: 4GiB, commit-every: 0s}",
                "listen:\n  mqtt:\n",
                "gateway:\nstore: null\nlisten: Null\nroutes: NULL\nadmin:"
            })
    void shouldHaveDefaultsWhenAFileSaysNothing(String yaml) {
        assertThat(file.read(yaml)).isEqualTo(DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "mqtt://127.0.0.1:1884, 127.0.0.1, 1884",
        "mqtt://localhost, localhost, 1883",
        "mqtt://broker.example/, broker.example, 1883",
        "mqtt://[::1]:1884, '[::1]', 1884",
        "mqtts://broker.example, broker.example, 8883"
    })
    void shouldReadTheBrokerOfAGate(String url, String host, int port) {
        ListenerConfig gate = file.read("listen: {mqtt: {bind: \"127.0.0.1:1990\", broker: \"" + url + "\"}}")
                .listen()
                .listeners()
                .get(0);

        BrokerAddress broker = gate.gate().orElseThrow().broker();
        assertThat(broker.url()).isEqualTo(url);
        assertThat(broker.target()).isEqualTo(url.substring(0, url.indexOf(':')) + "://" + host + ":" + port);
        assertThat(((InetSocketAddress) broker.address()).getPort()).isEqualTo(port);
    }

    @Test
    void shouldReadLanes() {
        GatewayConfig config = file.read("""
                store: {quota: 8GiB, commit-every: 200ms}
                lanes:
                  - {name: alarms, topics: [+/alarm/#, fire], limit: {age: 30d}}
                  - name: telemetry
                    topics: ["#"]
                    limit: {age: 7d, size: 2GiB, count: 1000000}
                    history: {age: 1d, size: 1MiB}
                    when-full: drop-oldest
                  - {name: late, topics: [$SYS/#], history: {age: 1s}, when-full: refuse}
                routes:
                  - {name: cloud, topics: ["#"], gaps: true, sink: {type: mqtt, url: x}}
                  - {name: other, topics: ["#"], sink: {type: mqtt, url: x}}
                """);

        assertThat(config.store())
                .isEqualTo(new StoreConfig(Path.of("./holdfast-data"), 8L << 30, Duration.ofMillis(200)));
        assertThat(config.lanes())
                .containsExactly(
                        new LaneConfig(
                                "alarms",
                                List.of("+/alarm/#", "fire"),
                                bounds(Duration.ofDays(30), -1, -1),
                                Optional.empty(),
                                WhenFull.STALL),
                        new LaneConfig(
                                "telemetry",
                                List.of("#"),
                                bounds(Duration.ofDays(7), 2L << 30, 1_000_000),
                                Optional.of(bounds(Duration.ofDays(1), 1 << 20, -1)),
                                WhenFull.DROP_OLDEST),
                        new LaneConfig(
                                "late",
                                List.of("$SYS/#"),
                                new Bounds(Optional.empty(), OptionalLong.empty(), OptionalLong.empty()),
                                Optional.of(bounds(Duration.ofSeconds(1), -1, -1)),
                                WhenFull.REFUSE));
        assertThat(config.routes()).extracting(RouteConfig::gaps).containsExactly(true, false);
    }

    private static Bounds bounds(Duration age, long bytes, long messages) {
        return new Bounds(
                Optional.of(age),
                bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes),
                messages < 0 ? OptionalLong.empty() : OptionalLong.of(messages));
    }

    @Test
    void shouldReadEverythingThatThereIs() {
        GatewayConfig config = file.read("""
                gateway:
                  id: plant.7_a-B
                store:
                  path: /var/lib/holdfast
                listen:
                  mqtt: {bind: "[::1]:0", max-packet: 512KiB}
                routes:
                  - name: cloud
                    topics: ["#"]
                    sink: {type: mqtt, url: mqtts://cloud.example:8883, username: box17, password: "${env:CLOUD_PASSWORD}", stamp: false}
                    window: 64
                    ack-timeout: 90s
                    attempts: 3
                  - name: web
                    topics:
                      - sensors/+/temperature
                      - $SYS/#
                    sink:
                      type: http
                      url: https://web.example
                      pin: 1234
                admin:
                  bind: 0.0.0.0:9000
                """);

        assertThat(config.gatewayId()).isEqualTo("plant.7_a-B");
        assertThat(config.store().path()).isEqualTo(Path.of("/var/lib/holdfast"));
        assertThat(config.listen().listeners()).containsExactly(listener(address("::1", 0), 512 << 10));
        assertThat(config.admin().bind()).isEqualTo(address("0.0.0.0", 9000));
        assertThat(config.routes()).extracting(RouteConfig::name).containsExactly("cloud", "web");

        RouteConfig cloud = config.routes().get(0);
        assertThat(cloud.topics()).containsExactly("#");
        assertThat(cloud.window()).isEqualTo(64);
        assertThat(cloud.ackTimeout()).hasSeconds(90);
        assertThat(cloud.attempts()).isEqualTo(3);
        assertThat(cloud.sink().type()).isEqualTo("mqtt");
        assertThat(cloud.sink().values().text("url")).isEqualTo("mqtts://cloud.example:8883");
        assertThat(cloud.sink().values().optionalText("password")).contains("sesame-open");
        assertThat(cloud.sink().values().flag("stamp")).isFalse();

        RouteConfig web = config.routes().get(1);
        assertThat(web.topics()).containsExactly("sensors/+/temperature", "$SYS/#");
        assertThat(web.window()).isEqualTo(512);
        assertThat(web.ackTimeout()).hasSeconds(20);
        assertThat(web.attempts()).isEqualTo(10);
        assertThat(web.sink().type()).isEqualTo("http");
        assertThat(web.sink().values().number("pin")).isEqualTo(1234);
    }

    @Test
    void shouldTakeTextAsItStandsInTheFile() {
        RouteConfig route = route("""
                url: 0x1F
                username: true
                client-id: 007
                password: 1_000
                version: 3.1.1
                """);

        assertThat(route.sink().values().text("url")).isEqualTo("0x1F");
        assertThat(route.sink().values().optionalText("username")).contains("true");
        assertThat(route.sink().values().optionalText("client-id")).contains("007");
        assertThat(route.sink().values().optionalText("password")).contains("1_000");
        assertThat(route.sink().values().text("version")).isEqualTo("3.1.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mqtt://a:1                                  | mqtt://a:1
            [mqtt://a:1]                                | mqtt://a:1
            ["mqtt://b:2", "${env:CLOUD_PASSWORD}", c]  | mqtt://b:2 sesame-open c
            """)
    void shouldReadOneOrMoreValues(String yaml, String values) {
        RouteConfig route = file.read("routes: [{name: a, topics: [b], sink: {type: many, url: " + yaml + "}}]")
                .routes()
                .get(0);

        assertThat(route.sink().values().texts("url")).containsExactly(values.split(" ", -1));
        assertThat(route.toString()).doesNotContain("sesame-open");
        assertThatThrownBy(() -> route.sink().values().text("url")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> route.sink().values().texts("password")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTakeQuotedNumbersAndTellQuotedNothingFromNothing() {
        RouteConfig route = route("""
                url: ""
                username: "null"
                client-id: '~'
                receive-maximum: "20"
                stamp: 'false'
                keep-alive: "5m"
                """);

        assertThat(route.sink().values().text("url")).isEmpty();
        assertThat(route.sink().values().optionalText("username")).contains("null");
        assertThat(route.sink().values().optionalText("client-id")).contains("~");
        assertThat(route.sink().values().number("receive-maximum")).isEqualTo(20);
        assertThat(route.sink().values().flag("stamp")).isFalse();
        assertThat(route.sink().values().duration("keep-alive")).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void shouldGiveAnAdapterTheDefaultsOfItsOptions() {
        RouteConfig route = route("url: x\n");

        assertThat(route.sink().values().text("version")).isEqualTo("5");
        assertThat(route.sink().values().number("receive-maximum")).isEqualTo(1000);
        assertThat(route.sink().values().flag("stamp")).isTrue();
        assertThat(route.sink().values().duration("keep-alive")).isEqualTo(Duration.ofMinutes(1));
        assertThat(route.sink().values().optionalText("username")).isEmpty();
        assertThat(route.sink().values().optionalText("url")).contains("x");
    }

    @Test
    void shouldRefuseToAnswerForWhatIsNoOption() {
        RouteConfig route = route("url: x\n");

        assertThatThrownBy(() -> route.sink().values().text("nope")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> route.sink().values().number("url")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> route.sink().values().optionalText("stamp"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> route.sink().values().text("username")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldReadScalarsOverSeveralLines() {
        RouteConfig route = route("url: |\n  one\n  two\nusername: >-\n  one\n  two\n");

        assertThat(route.sink().values().text("url")).isEqualTo("one\ntwo\n");
        assertThat(route.sink().values().optionalText("username")).contains("one two");
    }

    @ParameterizedTest
    @CsvSource({
        "box17, box17",
        "box.example.com, box.example.com",
        "my box, my-box",
        "_box, box",
        "bücher, b-cher",
        "'', holdfast",
        "---, holdfast"
    })
    void shouldMakeAHostNameFitForAName(String hostName, String id) {
        ConfigReader reader = new ConfigReader(Adapters.NONE, Map.of(), () -> hostName, ConfigFile.ROOM);

        assertThat(reader.defaults().gatewayId()).isEqualTo(id);
    }

    @Test
    void shouldShortenALongHostName() {
        ConfigReader reader = new ConfigReader(Adapters.NONE, Map.of(), () -> "-" + "a".repeat(200), ConfigFile.ROOM);

        assertThat(reader.defaults().gatewayId()).isEqualTo("a".repeat(64));
    }

    @Test
    void shouldTakeTheSamePortTwiceIfTheSystemChoosesIt() {
        GatewayConfig config = file.read("listen: {mqtt: {bind: 127.0.0.1:0}}\nadmin: {bind: 127.0.0.1:0}\n");

        assertThat(config.admin())
                .isEqualTo(new AdminConfig(config.listen().binds().get(0)));
    }

    @Test
    void shouldRefuseAdaptersThatCannotBeDescribed() {
        SinkFactory absent = new TestSinks.Described(
                "a", List.of(new Option("n", Option.Kind.NUMBER, false, null, List.of(), false, false, "A number.")));
        SinkFactory wrong =
                new TestSinks.Described("a", List.of(Option.withDefault("n", Option.Kind.DURATION, "5", "No unit.")));
        SinkFactory type = new TestSinks.Described("a", List.of(Option.optional("type", "Taken.")));

        assertThatThrownBy(() -> reader(absent)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader(wrong)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> reader(type)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader(TestSinks.HTTP, TestSinks.HTTP)).isInstanceOf(IllegalArgumentException.class);
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    private static ConfigReader reader(SinkFactory... factories) {
        return new ConfigReader(
                new Adapters(List.of(factories), Optional.empty()), Map.of(), () -> "box17", ConfigFile.ROOM);
    }

    /** A route with an MQTT sink of the given options. */
    private RouteConfig route(String options) {
        String yaml = "routes:\n  - name: cloud\n    topics: [\"#\"]\n    sink:\n      type: mqtt\n";
        return file.read(yaml + options.indent(6)).routes().get(0);
    }
}
