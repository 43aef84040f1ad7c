package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The configuration as it takes effect. Every secret in here has sesame in it. */
class EffectiveConfigTest {

    private static final String FULL = """
            gateway: {id: box17}
            store: {path: "./a \\"b\\": #\\\\c", quota: 1GiB}
            lanes:
              - {name: alarms, topics: ["+/alarm/#", "on", "é\\u200b\\n"], limit: {age: 30d}, history: {size: 1MiB}}
            listen: {mqtt: {bind: "[::1]:9001", max-packet: 2048}}
            routes:
              - name: cloud
                topics: ["#"]
                window: "${env:WINDOW}"
                sink: {type: mqtt, url: "mqtt://box17:sesame@host", version: 5, password: "${env:CLOUD_PASSWORD}"}
              - name: web
                topics: ["a"]
                gaps: true
                sink: {type: http, url: "y", token: sesame, pin: 7}
            """;

    @TempDir
    private Path directory;

    private ConfigFile file;
    private Path main;

    @BeforeEach
    void setUp() {
        file = new ConfigFile(directory);
        main = directory.resolve("holdfast.yaml");
    }

    private String show(ConfigReader reader, String yaml, boolean origins) {
        file.beside("holdfast.yaml", yaml.getBytes(UTF_8));
        return EffectiveConfig.yaml(reader, ConfigFiles.of(main), origins).replace(directory + "/", "");
    }

    static List<String> configurations() {
        return List.of(
                "",
                "gateway:\nroutes: []\n",
                FULL.replace("box17:sesame@", "").replace("token: sesame, pin: 7", "pin: \"${env:WINDOW}\""));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void shouldSayTheSameWhenItIsReadAgain(String yaml) {
        String before = file.read(yaml).toString();
        String shown = show(ConfigFile.READER, yaml, true);

        assertThat(file.read(shown)).hasToString(before);
        assertThat(show(ConfigFile.READER, shown, false)).isEqualTo(show(ConfigFile.READER, yaml, false));
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(ConfigSchema.json(TestSinks.ALL), InputFormat.JSON)
                        .validate(shown, InputFormat.YAML))
                .isEmpty();
    }

    @Test
    void shouldShowEveryValueWithItsOrigin() throws IOException {
        Files.createDirectory(directory.resolve("conf.d"));
        file.beside("conf.d/10.yaml", "\nstore: {quota: 2GiB}\n".getBytes(UTF_8));
        ConfigReader reader =
                ConfigFile.reader("HOLDFAST_ADMIN_BIND", "127.0.0.1:9002", "HOLDFAST_ROUTES_WEB_SINK_TOKEN", "sesame");

        String shown = show(reader, """
                store: {path: x, quota: 1GiB}
                routes:
                  - {name: web, topics: ["#"], sink: {type: http, url: y, pin: "${env:WINDOW}"}}
                """, true);

        assertThat(shown.replaceAll(" {2,}#", "  #")).isEqualTo("""
                        gateway:
                          id: box17  # default, the host name
                        store:
                          path: x  # holdfast.yaml:1
                          quota: 2GiB  # conf.d/10.yaml:2
                          commit-every: 0ms  # default
                        lanes: []  # default
                        listen:
                          mqtt:
                            bind: 127.0.0.1:1883  # default
                            max-packet: 1MiB  # default
                            anonymous: false  # default
                            proxy-protocol: false  # default
                          limits:
                            connections: 10000  # default
                            tls-connections: 1000  # default
                            connections-per-address: 1000  # default
                            connect-bytes: 16KiB  # default
                            connect-timeout: 5s  # default
                            stall-timeout: 30s  # default
                            partial-packets: 24MiB  # default
                            receive-maximum: 1024  # default
                            qos2-ids: 8192  # default
                            topic-aliases: 64  # default
                            topic-bytes: 4KiB  # default
                            topic-levels: 64  # default
                            user-properties: 64  # default
                            user-property-bytes: 16KiB  # default
                            message-rate: 0  # default
                            byte-rate: 0  # default
                            sessions: 10000  # default
                            session-expiry: 30d  # default
                        taps: []  # default
                        routes:
                          - name: web  # holdfast.yaml:3
                            topics:
                              - "#"  # holdfast.yaml:3
                            sink:
                              type: http  # holdfast.yaml:3
                              url: "y"  # holdfast.yaml:3
                              token: "***"  # environment HOLDFAST_ROUTES_WEB_SINK_TOKEN
                              pin: "${env:WINDOW}"  # holdfast.yaml:3, ${env:WINDOW}
                            window: 512  # default
                            attempts: 10  # default
                            ack-timeout: 20s  # default
                            gaps: false  # default
                        admin:
                          bind: 127.0.0.1:9002  # environment HOLDFAST_ADMIN_BIND
                        """);
    }

    @Test
    void shouldShowNoSecret() {
        for (boolean origins : List.of(true, false)) {
            assertThat(show(ConfigFile.READER, FULL, origins))
                    .contains("token: \"***\"", "pin: \"***\"", "url: \"mqtt://***@host\"")
                    .contains("password: \"${env:CLOUD_PASSWORD}\"")
                    .doesNotContain("sesame", "pin: 7", "window: 64");
            assertThat(EffectiveConfig.json(ConfigFile.READER, ConfigFiles.of(main), origins))
                    .contains("***")
                    .doesNotContain("sesame");
        }
    }

    @Test
    void shouldShowJson() {
        show(ConfigFile.READER, FULL, false);

        JsonNode plain = read(EffectiveConfig.json(ConfigFile.READER, ConfigFiles.of(main), false));
        JsonNode withOrigins = read(EffectiveConfig.json(ConfigFile.READER, ConfigFiles.of(main), true));

        assertThat(plain.at("/routes/1/window").isInt()).isTrue();
        assertThat(plain.at("/routes/1/gaps").isBoolean()).isTrue();
        assertThat(plain.at("/lanes/0/topics/0").asString()).isEqualTo("+/alarm/#");
        assertThat(withOrigins.at("/routes/1/window/origin").asString()).isEqualTo("default");
        assertThat(withOrigins.at("/routes/1/window/value").asInt()).isEqualTo(512);
        assertThat(withOrigins.at("/gateway/id/origin").asString()).isEqualTo(main + ":1");
    }

    private static JsonNode read(String json) {
        return JsonMapper.builder().build().readTree(json);
    }

    @Test
    void shouldQuoteWhatAnotherReaderCouldTakeForSomethingElse() {
        assertThat(show(ConfigFile.READER, "lanes: [{name: \"1\", topics: [\"on\", \"7\", \"~\", a/b]}]", false))
                .contains("name: \"1\"\n", "- \"on\"\n", "- \"7\"\n", "- \"~\"\n", "- a/b\n");
    }

    @Test
    void shouldShowNothingOfAConfigurationThatIsWrong() {
        assertThat(file.shown(file.failure(() -> show(ConfigFile.READER, "routes: [{name: a}]\nstroe: 1", true))))
                .contains("routes[0] has no \"topics\"", "routes[0] has no \"sink\"", "unknown key \"stroe\"");
    }
}
