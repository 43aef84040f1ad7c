package dev.holdfast.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners, and who may come in. */
class ListenProblemsTest {

    private static final String TLS = "certificate: c.pem, key: k.pem";
    private static final String RULES = "publish: [{topics: [\"#\"]}]";

    @TempDir
    private Path directory = Path.of("");

    private ConfigFile file = new ConfigFile(Path.of(""));

    @BeforeEach
    void setUp() {
        file = new ConfigFile(directory);
    }

    private List<ListenerConfig> listeners(String yaml) {
        return file.read(yaml).listen().listeners();
    }

    @Test
    void shouldListenWhereItIsToldAndNowhereElse() {
        List<ListenerConfig> all = listeners("""
                listen:
                  mqtts: {bind: "127.0.0.1:8883", certificate: c.pem, key: k.pem, client-ca: ca.pem}
                  ws: {bind: "127.0.0.1:8083", origins: ["https://app.example"]}
                  wss: {bind: "127.0.0.1:8084", certificate: c.pem, key: k.pem, path: /a, client-ca: ca.pem, client-certificate: optional}
                  unix: {path: /run/h.sock, max-packet: 4KiB}
                access: {users: u, publish: [{topics: ["#"]}]}
                """);

        assertThat(all).extracting(ListenerConfig::scheme).containsExactly("mqtts", "ws", "wss", "unix");
        assertThat(all.get(0).tls())
                .hasValue(new TlsConfig(Path.of("c.pem"), Path.of("k.pem"), Optional.of(Path.of("ca.pem")), true));
        assertThat(all.get(1).path()).isEqualTo("/mqtt");
        assertThat(all.get(1).origins()).containsExactly("https://app.example");
        assertThat(all.get(2).path()).isEqualTo("/a");
        assertThat(all.get(2).tls().orElseThrow().clientCertificateRequired()).isFalse();
        assertThat(all.get(3).bind()).isEqualTo(UnixDomainSocketAddress.of("/run/h.sock"));
        assertThat(all.get(3).maxPacketBytes()).isEqualTo(4 << 10);
        assertThat(all).noneMatch(ListenerConfig::open);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mqtt: {bind: "127.0.0.1:1"}                        | true
                    mqtt: {bind: "[::1]:1"}                            | true
                    mqtt: {bind: "localhost:1"}                        | true
                    ws: {bind: "127.0.0.1:1"}                          | true
                    unix: {path: a.sock}                               | true
                    mqtt: {bind: "0.0.0.0:1", anonymous: true}         | true
                    mqtts: {bind: "127.0.0.1:1", TLS}                  | true
                    mqtts: {bind: "0.0.0.0:1", TLS, client-ca: c, RULES} | false
                    mqtt: {bind: "127.0.0.1:1", USERS}                 | false
                    unix: {path: a.sock, USERS}                        | false
                    mqtt: {bind: "0.0.0.0:1", USERS}                   | false
                    mqtt: {bind: "127.0.0.1:1", anonymous: true, USERS} | true
                    """)
    void shouldLetInWithoutANameOnlyWhoIsHereAsLongAsThereAreNoUsers(String listener, boolean open) {
        boolean users = listener.contains(", USERS");
        boolean rules = users || listener.contains(", RULES");
        String yaml = "listen: {"
                + listener.replace(", USERS", "").replace(", RULES", "").replace("TLS", TLS) + "}\n"
                + (rules ? "access: {" + (users ? "users: u, " : "") + RULES + "}\n" : "");

        assertThat(listeners(yaml))
                .singleElement()
                .extracting(ListenerConfig::open)
                .isEqualTo(open);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mqtt: {bind: \"0.0.0.0:1883\"}",
                "mqtt: {bind: \"[::]:1883\"}",
                "mqtt: {bind: \"192.168.1.7:1883\"}",
                "mqtt: {bind: \"box:1883\"}",
                "mqtts: {bind: \"0.0.0.0:8883\", certificate: c, key: k}",
                "ws: {bind: \"0.0.0.0:8083\"}",
                "wss: {bind: \"0.0.0.0:8084\", certificate: c, key: k}"
            })
    void shouldNotBeOpenToOtherMachines(String listener) {
        String complaint = file.complaint("listen: {" + listener + "}\n");

        String scheme = listener.substring(0, listener.indexOf(':'));
        assertThat(complaint)
                .contains("listen." + scheme
                        + ".bind can be reached from other machines, and whoever reaches it could publish")
                .contains("access: {users: /etc/holdfast/users, publish: [{topics: [\"#\"]}]}")
                .contains("holdfast passwd -f /etc/holdfast/users NAME")
                .contains("listen: {" + scheme + ": {anonymous: true}}");
    }

    /** What the complaint says must work. */
    @Test
    void shouldBeMendedByTheLinesThatItPrints() {
        assertThat(listeners("""
                listen: {mqtt: {bind: "0.0.0.0:1883"}}
                access: {users: /etc/holdfast/users, publish: [{topics: ["#"]}]}
                """)).hasSize(1);
        assertThat(listeners("listen: {mqtt: {bind: \"0.0.0.0:1883\", anonymous: true}}"))
                .hasSize(1);
    }

    @Test
    void shouldSayThatNobodyMayPublishAnything() {
        assertThat(file.problems("access: {users: u}\n"))
                .containsExactly(
                        "1:9 access.publish is missing: there are users, and nobody of them may publish anything");
        assertThat(file.problems("listen: {mqtts: {bind: \"0.0.0.0:1\", certificate: c, key: k, client-ca: ca}}\n"))
                .singleElement()
                .asString()
                .contains("access.publish is missing");
    }

    @Test
    void shouldSayThatNobodyCouldLogIn() {
        String yaml = """
                listen:
                  mqtt: {}
                  mqtts: {bind: "0.0.0.0:1", certificate: c, key: k, client-ca: ca}
                access: {publish: [{topics: ["#"]}]}
                """;

        assertThat(file.problems(yaml))
                .containsExactly("2:9 listen.mqtt.bind: there are users, but none of them could log in here");
    }

    @Test
    void shouldTakeAnEmptyListOfRulesForWhatItSays() {
        AccessConfig access = file.read("access: {users: u, publish: []}").access();

        assertThat(access.publish()).hasValue(List.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mqtts: {bind: "127.0.0.1:1"}                        | listen.mqtts has no "certificate"
                    mqtts: {bind: "127.0.0.1:1", certificate: c}        | listen.mqtts has no "key"
                    mqtts: {certificate: c, key: k}                     | listen.mqtts has no "bind"
                    ws: {}                                              | listen.ws has no "bind"
                    ws: {bind: "127.0.0.1:1", path: mqtt}               | listen.ws.path "mqtt" can't be the path of a URL
                    unix: {}                                            | listen.unix has no "path"
                    unix: {path: LONG}                                  | is too long for a socket
                    unix: {path: a, proxy-protocol: true}               | unknown key "proxy-protocol" in listen.unix
                    mqtt: {certificate: c}                              | unknown key "certificate" in listen.mqtt
                    mqtt: {anonymous: maybe}                            | listen.mqtt.anonymous "maybe" is neither true nor false
                    limits: {connections: 0}                            | listen.limits.connections "0" is too small
                    limits: {conections: 1}                             | unknown key "conections" in listen.limits
                    limits: {connect-timeout: 2m}                       | listen.limits.connect-timeout "2m" is too long
                    limits: {receive-maximum: 65536}                    | listen.limits.receive-maximum "65536" is too large
                    limits: {topic-bytes: 64KiB}                        | listen.limits.topic-bytes "64KiB" is too large
                    """)
    void shouldSayWhatIsWrongWithAListener(String listener, String problem) {
        assertThat(file.complaint("listen: {" + listener.replace("LONG", "x".repeat(101)) + "}\n"))
                .contains(problem);
    }

    @Test
    void shouldRefuseTwoListenersOnOnePort() {
        assertThat(file.problems("""
                listen:
                  mqtt: {bind: "127.0.0.1:1883"}
                  ws: {bind: "127.0.0.1:1883"}
                """))
                .containsExactly("3:14 listen.ws.bind and listen.mqtt.bind ask for the same port");
    }

    @Test
    void shouldRefuseAGateBeforeItself() {
        assertThat(file.problems("""
                listen:
                  mqtt: {bind: "127.0.0.1:1884"}
                  ws: {bind: "127.0.0.1:9001", broker: "mqtt://localhost:1884"}
                  unix: {path: "/run/gate.sock", broker: "unix:///run/gate.sock"}
                """))
                .containsExactly(
                        "3:40 listen.ws.broker is a listener of this gateway",
                        "4:42 listen.unix.broker is a listener of this gateway");
        assertThat(file.problems("listen: {mqtt: {broker: mqtt://127.0.0.1}}"))
                .containsExactly("1:25 listen.mqtt.broker is a listener of this gateway");
    }

    @Test
    void shouldRefuseGatesBeforeTwoBrokers() {
        assertThat(file.problems("""
                listen:
                  mqtt: {bind: "127.0.0.1:1", broker: "mqtt://a"}
                  ws: {bind: "127.0.0.1:2", broker: "mqtt://a:1883"}
                  unix: {path: "/run/gate.sock", broker: "mqtt://b"}
                """))
                .containsExactly(
                        "4:42 listen.unix.broker is another broker than mqtt://a, before which another listener"
                                + " stands");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            store: ["#"]                                          | store is for a gate, and there is no broker
            on-full: pass                                         | on-full is for a gate, and there is no broker
            broker-ca-file: ca.pem                                | broker-ca-file is for a gate, and there is no broker
            broker-proxy-protocol: true                           | broker-proxy-protocol is for a gate, and there is no broker
            'broker: "mqtt://b", broker-ca-file: ca.pem'          | broker-ca-file is for TLS, and the broker mqtt://b is reached without
            'broker: "mqtts://b", broker-certificate: c.pem'      | broker-certificate needs broker-key beside it
            'broker: "mqtts://b", broker-key: k.pem'              | broker-key needs broker-certificate beside it
            'broker: "mqtt://b", on-full: drop'                   | on-full "drop" is not known
            'broker: "mqtt://b", broker-proxy-protocol: 2'        | broker-proxy-protocol "2" is neither true nor false
            """, delimiter = '|')
    void shouldSayWhatIsWrongWithAGate(String keys, String problem) {
        assertThat(file.complaint("listen: {mqtt: {" + keys + "}}")).contains("listen.mqtt." + problem);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            mqtts://broker:0       | has port 0
            http://broker          | is not the address of a broker
            mqtt://                | is not the address of a broker
            mqtt://me:pw@broker    | is not the address of a broker
            mqtt://broker:0        | has port 0
            mqtt://broker:70000    | has a port that is too large
            unix://run/socket      | is not the address of a broker
            """, delimiter = '|')
    void shouldRefuseWhatIsNoBroker(String url, String why) {
        assertThat(file.problems("listen: {mqtt: {broker: \"" + url + "\"}}"))
                .containsExactly("1:25 listen.mqtt.broker \"" + url + "\" " + why);
    }
}
