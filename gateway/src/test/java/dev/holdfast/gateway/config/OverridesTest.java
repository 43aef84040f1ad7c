package dev.holdfast.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables that stand for keys. Every secret in here has sesame in it. */
class OverridesTest {

    private static final String ROUTES = """
            routes:
              - {name: cloud, topics: ["#"], sink: {type: mqtt, url: x}}
              - {name: site-2.old, topics: ["#"], sink: {type: mqtt, url: y}}
            """;

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void setUp() {
        file = new ConfigFile(directory);
    }

    @Test
    void shouldOverrideWhatAFileSaysAndWhatItDoesNot() {
        ConfigFile with = file.with(
                "HOLDFAST_STORE_QUOTA", "1GiB",
                "HOLDFAST_LISTEN_MQTT_BIND", "127.0.0.1:9001",
                "HOLDFAST_LISTEN_MQTT_MAX_PACKET", "2MiB",
                "HOLDFAST_GATEWAY_ID", "box18",
                "HOLDFAST_ADMIN_BIND", "127.0.0.1:9002");

        GatewayConfig config = with.read("gateway: {id: box17}\nstore: {quota: 2GiB}\nlisten:\n");

        assertThat(config.store().quotaBytes()).isEqualTo(1L << 30);
        assertThat(config.listen().binds().get(0).getPort()).isEqualTo(9001);
        assertThat(config.listen().listeners().get(0).maxPacketBytes()).isEqualTo(2 << 20);
        assertThat(config.gatewayId()).isEqualTo("box18");
        assertThat(with.adminBind("admin: {bind: \"127.0.0.1:9003\"}").getPort())
                .isEqualTo(9002);
    }

    @Test
    void shouldOverrideWithoutAFile() {
        GatewayConfig config =
                ConfigFile.reader("HOLDFAST_STORE_PATH", "/var/lib/x").defaults();

        assertThat(config.store().path()).isEqualTo(Path.of("/var/lib/x"));
    }

    @Test
    void shouldOverrideWhatStandsInAListByTheNameThere() {
        GatewayConfig config = file.with(
                        "HOLDFAST_ROUTES_CLOUD_SINK_URL", "z",
                        "HOLDFAST_ROUTES_CLOUD_SINK_CLIENT_ID", "me",
                        "HOLDFAST_ROUTES_SITE_2_OLD_WINDOW", "7",
                        "HOLDFAST_LANES_A_LIMIT_AGE", "90s")
                .read(ROUTES + "lanes: [{name: a, topics: [b]}]\n");

        assertThat(config.routes().get(0).sink().values().text("url")).isEqualTo("z");
        assertThat(config.routes().get(0).sink().values().optionalText("client-id"))
                .hasValue("me");
        assertThat(config.routes().get(0).window()).isEqualTo(512);
        assertThat(config.routes().get(1).sink().values().text("url")).isEqualTo("y");
        assertThat(config.routes().get(1).window()).isEqualTo(7);
        assertThat(config.lanes().get(0).limit().age()).hasValue(Duration.ofSeconds(90));
    }

    @Test
    void shouldCheckWhatAVariableSaysAndNameIt() {
        assertThat(file.with("HOLDFAST_STORE_QUOTA", "1GB").complaint("store: {quota: 1GiB}"))
                .isEqualTo("environment HOLDFAST_STORE_QUOTA: store.quota \"1GB\" is not in B, KiB, MiB or GiB; "
                        + "KB and MB are not understood, write KiB and MiB\n"
                        + "  allowed: 128MiB to 16384GiB, written like 512KiB, 1MiB or as a plain number of bytes");
        assertThat(file.with("HOLDFAST_ROUTES_CLOUD_SINK_URL", "bad").complaint(ROUTES))
                .startsWith("environment HOLDFAST_ROUTES_CLOUD_SINK_URL: routes[0].sink.url: \"bad\" is no address");
        assertThat(file.with("HOLDFAST_ROUTES_CLOUD_SINK_TOKEN", "sesame").complaint(ROUTES))
                .startsWith("environment HOLDFAST_ROUTES_CLOUD_SINK_TOKEN: unknown key \"token\" in routes[0].sink");
    }

    @ParameterizedTest
    @CsvSource({
        "HOLDFAST_STORE_QOUTA, HOLDFAST_STORE_QUOTA",
        "HOLDFAST_LISTEN_MQTT_MAXPACKET, HOLDFAST_LISTEN_MQTT_MAX_PACKET",
        "HOLDFAST_ROUTES_CLOUD_SINK_PASSWROD, HOLDFAST_ROUTES_CLOUD_SINK_PASSWORD",
        "HOLDFAST_ROUTES_CLUOD_WINDOW, HOLDFAST_ROUTES_CLOUD_WINDOW"
    })
    void shouldSuggestWhatAnUnknownVariableMayHaveMeant(String name, String meant) {
        assertThat(file.with(name, "sesame").complaint(ROUTES))
                .startsWith("environment " + name + ": no key is called like that\n")
                .contains("did you mean \"" + meant + "\"?", "HOLDFAST_ROUTES_CLOUD_SINK_URL")
                .doesNotContain("sesame");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HOLDFAST_", "HOLDFAST_STORE", "HOLDFAST_ADMIN_PORT", "HOLDFAST_ROUTES_NOBODY_SINK_URL"})
    void shouldNotPassOverAVariableThatCanBeNoKey(String name) {
        assertThat(file.with(name, "1").failure(ROUTES).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.file()).isEqualTo("environment " + name);
                    assertThat(problem.message()).isEqualTo("no key is called like that");
                });
    }

    @Test
    void shouldPassOverAVariableThatAReferenceNames() {
        ConfigFile with = file.with("HOLDFAST_CLOUD_SECRET", "sesame");
        String password = ROUTES.replace("url: x", "url: x, password: \"${env:HOLDFAST_CLOUD_SECRET}\"");

        assertThat(with.read(password).routes().get(0).sink().values().optionalText("password"))
                .hasValue("sesame");
        assertThat(with.failure(ROUTES).problems()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "HOLDFAST_SERVICE_HOST, 10.0.0.1",
        "HOLDFAST_SERVICE_PORT_MQTT, 1883",
        "HOLDFAST_MQTT_SERVICE_PORT, 1883",
        "HOLDFAST_PORT, tcp://10.0.0.1:1883",
        "HOLDFAST_PORT_1883_TCP_ADDR, 10.0.0.1",
        "HOLDFASTX, 1",
        "holdfast_x, 1"
    })
    void shouldPassOverWhatOthersPutThere(String name, String value) {
        assertThat(file.with(name, value).read(ROUTES).routes()).hasSize(2);
    }

    @Test
    void shouldReportAVariableThatCouldMeanTwoThings() {
        assertThat(file.with("HOLDFAST_ROUTES_SITE_2_WINDOW", "1").complaint("""
                routes:
                  - {name: site-2, topics: ["#"], sink: {type: mqtt, url: x}}
                  - {name: Site.2, topics: ["#"], sink: {type: mqtt, url: x}}
                """))
                .startsWith("environment HOLDFAST_ROUTES_SITE_2_WINDOW: "
                        + "it could mean \"routes.site-2.window\" and \"routes.Site.2.window\"\n");
    }

    @Test
    void shouldNotTakeAVariableForAList() {
        assertThat(file.with("HOLDFAST_ROUTES_CLOUD_TOPICS", "#").problems(ROUTES))
                .containsExactly("0:0 routes.cloud.topics is a list, and a variable has only one value");
    }

    @Test
    void shouldFollowReferencesInVariables() {
        GatewayConfig config = file.with("HOLDFAST_ROUTES_CLOUD_SINK_PASSWORD", "${env:CLOUD_PASSWORD}")
                .read(ROUTES);

        assertThat(config.routes().get(0).sink().values().optionalText("password"))
                .hasValue("sesame-open");
    }

    @Test
    void shouldShowNoSecretOfAVariable() {
        assertThat(file.with("HOLDFAST_ROUTES_CLOUD_SINK_PIN", "sesame")
                        .complaint("routes: [{name: cloud, topics: [a], sink: {type: http, url: x}}]"))
                .startsWith("environment HOLDFAST_ROUTES_CLOUD_SINK_PIN: routes[0].sink.pin (not shown) is not a")
                .doesNotContain("sesame");
        assertThat(file.with("HOLDFAST_ROUTES_CLOUD_SINK_PASSWORD", "sesame")
                        .complaint(ROUTES.replace("url: x", "url: weak")))
                .startsWith("environment HOLDFAST_ROUTES_CLOUD_SINK_PASSWORD: routes[0].sink.password: \"***\" is")
                .doesNotContain("sesame");
    }
}
