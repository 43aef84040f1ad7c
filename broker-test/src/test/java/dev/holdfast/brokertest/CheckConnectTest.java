package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast check --connect} as a dry run of a deployment, against a Mosquitto with TLS, users and rights. */
class CheckConnectTest {

    private static final int OK = 0;
    private static final int FAILED = 1;

    @TempDir
    @SuppressWarnings("NullAway.Init") // before all tests
    private static Path shared;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static Mosquitto broker;

    private static int shortLived;
    private static int expired;
    private static int demanding;

    @TempDir
    private Path temp = Path.of("");

    private StringBuilder yaml = new StringBuilder();

    @BeforeAll
    static void startBroker() throws IOException {
        Certificates authority = new Certificates(shared.resolve("authority"));
        new Certificates(shared.resolve("others"));
        authority.issue("localhost", shared, "server", 60);
        authority.issue("localhost", shared, "short", 12);
        authority.issue("localhost", shared, "expired", -1);
        authority.issue("box", shared, "client", 9);
        Path passwords = shared.resolve("passwords");
        ManagedProcess.run("mosquitto_passwd", "-b", "-c", passwords.toString(), "box17", "open-sesame");
        Path rights = Files.writeString(shared.resolve("acl"), "user box17\ntopic write site/#\n");
        shortLived = Ports.free();
        expired = Ports.free();
        demanding = Ports.free();
        broker = Mosquitto.plain(shared.resolve("broker"))
                .with("certfile " + shared.resolve("server.crt"))
                .with("keyfile " + shared.resolve("server.key"))
                .with("listener " + shortLived + " 127.0.0.1")
                .with("certfile " + shared.resolve("short.crt"))
                .with("keyfile " + shared.resolve("short.key"))
                .with("listener " + expired + " 127.0.0.1")
                .with("certfile " + shared.resolve("expired.crt"))
                .with("keyfile " + shared.resolve("expired.key"))
                .with("listener " + demanding + " 127.0.0.1")
                .with("certfile " + shared.resolve("server.crt"))
                .with("keyfile " + shared.resolve("server.key"))
                .with("cafile " + authority.authority())
                .with("require_certificate true")
                .with("allow_anonymous false")
                .with("password_file " + passwords)
                .with("acl_file " + rights)
                .with("max_packet_size 4096")
                .start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void begin() {
        yaml = new StringBuilder("gateway: {id: box}\nstore: {path: ./data}\nroutes:\n");
    }

    private CheckConnectTest route(String name, String host, int port, String options) {
        yaml.append("  - {name: %s, topics: [\"#\"], sink: {type: mqtt, url: \"mqtts://%s:%d\", username: box17, %s}}\n"
                .formatted(name, host, port, options));
        return this;
    }

    private static String trust(String authority) {
        return "ca-file: " + shared.resolve(authority).resolve("ca.crt") + ", password: open-sesame";
    }

    private Result check(String... more) throws IOException {
        Files.writeString(temp.resolve("holdfast.yaml"), yaml);
        String[] arguments = new String[1 + more.length];
        arguments[0] = "check";
        System.arraycopy(more, 0, arguments, 1, more.length);
        return new Command(temp).with("LC_ALL", "C.UTF-8").holdfast(arguments);
    }

    @Test
    void shouldSayOfEachStepThatItIsGood() throws IOException {
        route("good", "localhost", broker.port(), trust("authority") + ", topic: \"site/{topic}\"");

        Result checked = check("--connect");

        assertThat(checked.exitCode()).as(checked.toString()).isEqualTo(OK);
        assertThat(checked.out())
                .contains("√ name  localhost is ", "√ connect  ", " port " + broker.port() + " takes connections")
                .contains("√ tls  TLSv1.3; CN=localhost, from CN=CA of authority; 59 days left")
                .contains(" clock  ", "compared with the validity of 1 certificate")
                .contains("√ login  as client holdfast-box-good-check, with a user name; it takes 20 in flight,")
                .contains("packets of up to 4096 bytes, QoS up to 2, retained messages")
                .contains("√ publish  a message to site/holdfast/check is taken")
                .doesNotContain("×", "open-sesame");
        assertThat(broker.process().log())
                .contains("as holdfast-box-good-check (p5")
                .contains("'site/holdfast/check'")
                .doesNotContain("as holdfast-box-good (");
        assertThat(temp.resolve("data")).doesNotExist();
    }

    @Test
    void shouldSayWhatFailsAndHowToMendIt() throws IOException {
        int nobody = Ports.free();
        route("typo", "no-such-host.invalid", 8883, trust("authority"));
        route("nobody", "localhost", nobody, trust("authority"));
        route("stranger", "localhost", broker.port(), trust("others"));
        route("expired", "localhost", expired, trust("authority"));
        route("named", "127.0.0.1", broker.port(), trust("authority"));
        route("shy", "localhost", demanding, trust("authority"));
        route("forgetful", "localhost", broker.port(), trust("authority").replace("open-sesame", "guess"));
        route("forbidden", "localhost", broker.port(), trust("authority") + ", topic: \"other/{topic}\"");

        Result checked = check("--connect");

        assertThat(checked.exitCode()).as(checked.toString()).isEqualTo(FAILED);
        assertThat(checked.out())
                .contains("× name  no-such-host.invalid can't be resolved\n", "getent hosts no-such-host.invalid")
                .containsPattern("× connect  [0-9.:]+ port " + nobody + ": Connection refused\n")
                .containsPattern(
                        "× tls  TLS: .*unable to find valid certification path.*\n.*ca-file: CN=CA of authority")
                .containsPattern("× tls  TLS: .*the broker's certificate for CN=localhost has expired on .*\n.*renew")
                .containsPattern("× tls  TLS: .*No subject alternative .*\n.*certificate: localhost")
                .containsPattern("× tls  TLS: .*certificate_required\n.*certificate and key")
                .containsPattern("× login  the broker refuses the connection: not authorized .*\n.*-forgetful-check")
                .containsPattern("× publish  a message to other/holdfast/check: the broker refuses: not authorized")
                .doesNotContain("guess", "open-sesame");
        assertThat(checked.out().lines().filter(line -> line.contains("×")))
                .as(checked.out())
                .hasSize(8);
    }

    @Test
    void shouldTryOutWhereATapSubscribes() throws IOException {
        Mosquitto plant =
                Mosquitto.plain(temp.resolve("plant")).with("max_qos 0").start();
        try (plant) {
            String taps = """
                    taps:
                      - {name: plant, broker: "%s", topics: ["$share/boxes/sensors/#"]}
                      - {name: away, broker: "mqtt://127.0.0.1:%d", topics: ["#"]}
                    """.formatted(plant.url(), Ports.free());
            yaml.insert(yaml.indexOf("routes:"), taps);

            Result checked = check("--connect");
            JsonNode json = JsonMapper.builder()
                    .build()
                    .readTree(check("--connect", "-o", "json").out());

            assertThat(checked.exitCode()).as(checked.toString()).isEqualTo(FAILED);
            assertThat(checked.out())
                    .contains("tap      plant  [$share/boxes/sensors/#] at " + plant.url())
                    .contains("login  as client holdfast-box-plant-check")
                    .contains("‼ subscribe  sensors/# is granted with QoS 0, asked was 1")
                    .containsPattern("× connect  127.0.0.1 port [0-9]+: Connection refused");
            assertStep(json.path("taps").path(0), "subscribe", "WARNING", "sensors/# is granted with QoS 0");
            assertThat(plant.process().log()).doesNotContain("as holdfast-box-plant (", "$share");
        }
    }

    @Test
    void shouldWarnOfWhatIsAboutToExpireInJsonToo() throws IOException {
        route("soon", "localhost", shortLived, trust("authority") + ", topic: \"site/{topic}\"");
        route(
                "ours",
                "localhost",
                demanding,
                trust("authority")
                        + ", topic: \"site/{topic}\", certificate: %1$s/client.crt, key: %1$s/client.key"
                                .formatted(shared));

        JsonNode report = JsonMapper.builder()
                .build()
                .readTree(check("--connect", "-o", "json").out());

        assertThat(report.path("ok").asBoolean(false)).as(report.toString()).isTrue();
        assertStep(
                report.path("routes").path(0), "tls", "WARNING", "CN=localhost, from CN=CA of authority; 11 days left");
        assertStep(report.path("routes").path(1), "tls", "OK", "59 days left");
        assertStep(
                report.path("routes").path(1),
                "certificate",
                "WARNING",
                "ours: CN=box, from CN=CA of authority; 8 days left");
        assertStep(report.path("routes").path(1), "publish", "OK", "site/holdfast/check is taken");
    }

    @Test
    void shouldTryEachAddressAndEachProxy() throws IOException {
        int nobody = Ports.free();
        try (ForwardProxy proxy = new ForwardProxy("fred", "hunter2")) {
            route(
                    "turn",
                    "localhost",
                    broker.port(),
                    trust("authority") + ", topic: \"site/{topic}\", proxy: \"socks5://127.0.0.1:" + proxy.port()
                            + "\", proxy-username: fred, proxy-password: hunter2");
            String both = yaml.toString()
                    .replace("url: ", "url: [\"ws://nowhere.example:" + nobody + "\", ")
                    .replace(", username", "], username");
            yaml = new StringBuilder(both);

            Result checked = check("--connect");
            yaml = new StringBuilder(both.replace("socks5:", "http:").replace("hunter2", "wrong"));
            Result json = check("--connect", "-o", "json");

            assertThat(checked.exitCode()).as(checked.toString()).isEqualTo(FAILED);
            assertThat(checked.out())
                    .containsSubsequence(
                            "         ws://nowhere.example:" + nobody + "/\n",
                            "√ connect  proxy 127.0.0.1 port " + proxy.port(),
                            "× ",
                            "         mqtts://localhost:" + broker.port() + "\n",
                            "√ proxy  socks5://127.0.0.1:" + proxy.port() + " lets us through",
                            "√ publish  a message to site/holdfast/check is taken");
            assertThat(proxy.requests()).contains("socks localhost:" + broker.port());
            assertThat(json.exitCode()).isEqualTo(FAILED);
            JsonNode route = JsonMapper.builder()
                    .build()
                    .readTree(json.out())
                    .path("routes")
                    .path(0);
            assertStep(route, "proxy", "FAILED", "407");
            assertThat(checked.out() + json.out()).doesNotContain("fred", "hunter2", "wrong");
        }
    }

    private static void assertStep(JsonNode route, String name, String result, String text) {
        for (JsonNode step : route.path("steps")) {
            if (step.path("name").asString("").equals(name)) {
                assertThat(step.path("result").asString("")).as(step.toString()).isEqualTo(result);
                assertThat(step.path("text").asString("")).contains(text);
                return;
            }
        }
        throw new AssertionError("no step " + name + " in " + route);
    }

    @Test
    void shouldConnectToNothingWhenItIsNotAskedTo() throws IOException {
        route("typo", "no-such-host.invalid", 8883, trust("authority"));

        Result checked = check();
        Result json = check("-o", "json");

        assertThat(checked.exitCode()).isEqualTo(OK);
        assertThat(checked.out()).doesNotContain("×", "√", "‼", "resolved");
        assertThat(json.exitCode()).isEqualTo(OK);
        assertThat(json.out()).contains("\"target\":\"mqtts://no-such-host.invalid:8883\"", "\"steps\":[]");
    }

    @Test
    void shouldDoWithoutSignsThatTheTerminalDoesNotHave() throws IOException {
        route("typo", "no-such-host.invalid", 8883, trust("authority"));
        Files.writeString(temp.resolve("holdfast.yaml"), yaml);

        Result checked = new Command(temp).with("LC_ALL", "C").holdfast("check", "--connect");

        assertThat(checked.exitCode()).isEqualTo(FAILED);
        assertThat(checked.out())
                .contains("         no name  no-such-host.invalid can't be resolved")
                .doesNotContain("?");
    }
}
