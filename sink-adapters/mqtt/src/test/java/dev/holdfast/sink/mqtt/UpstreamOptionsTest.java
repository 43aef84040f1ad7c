package dev.holdfast.sink.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.sink.SinkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamOptionsTest {

    private static final SinkContext CONTEXT = new SinkContext("box", "cloud");
    private static final Path CERTIFICATE = Path.of("c.crt");
    private static final Path KEY = Path.of("c.key");

    @TempDir
    private Path temp = Path.of("");

    private static Values values(String options) {
        Values values = new Values().with("url", "mqtt://broker.example");
        for (String option : options.split(" ", -1)) {
            String[] parts = option.split("=", 2);
            values.with(parts[0], parts[1].split(",", -1));
        }
        return values;
    }

    private static void assertRefused(Values values, String option, String why) {
        assertThatThrownBy(() -> new MqttSinkFactory().open(values, CONTEXT))
                .isInstanceOfSatisfying(SinkConfigException.class, e -> {
                    assertThat(e.option()).isEqualTo(option);
                    assertThat(e).hasMessageContaining(why);
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            url=mqtt://a,http://b             | url            | "http://b" is no address of a broker
            url=mqtt://a/mqtt                 | url            | only ws:// and wss:// have a path
            url=ws://a/b?c                    | url            | "ws://a/b?c" is no address of a broker
            url=wss://a:70000/b               | url            | ports are 1 to 65535
            url=ws://u:secret@a               | url            | user name and password do not go into the url
            mqtt-version=3.1.1 stamp=true     | stamp          | MQTT 3.1.1 has no user properties
            password=x                        | password       | there is a password without a username
            certificate=c.crt                 | certificate    | give both
            key=c.key                         | key            | give both
            alpn=x                            | url            | the address has to begin with mqtts:// or wss://
            ca-file=c.crt                     | url            | the address has to begin with mqtts:// or wss://
            url=mqtts://a alpn=               | alpn           | 1 to 255 ASCII characters
            proxy=https://p:1                 | proxy          | "https://p:1" is no address of a proxy
            proxy=socks5://p                  | proxy          | and a port from 1 to 65535
            proxy=http://u:secret@p:1         | proxy          | give them as proxy-username and proxy-password
            proxy-username=u                  | proxy-username | there is a proxy-username without a proxy
            proxy=http://p:1 proxy-password=x | proxy-password | there is a proxy-password without a proxy-username
            url=mqtts://a ca-file=nowhere     | ca-file        | file "nowhere" does not exist
            url=mqtts://a ca-file=.           | ca-file        | file "." can't be read
            keep-alive=0s                     | keep-alive     | it must be 1s to 65535s
            """)
    void shouldRefuseWhatDoesNotGoTogether(String options, String option, String why) {
        assertRefused(values(options), option, why);
        assertThatThrownBy(() -> new MqttSinkFactory().open(values(options), CONTEXT))
                .hasMessageNotContaining("secret@");
    }

    @ParameterizedTest
    @CsvSource({"5, auto, true", "5, true, true", "5, false, false", "3.1.1, auto, false", "3.1.1, false, false"})
    void shouldStampWhereTheVersionAllowsIt(String version, String stamp, boolean stamped) throws SinkConfigException {
        Values values = values("mqtt-version=" + version + " stamp=" + stamp);

        assertThat(((MqttSink) new MqttSinkFactory().open(values, CONTEXT)).stamps())
                .isEqualTo(stamped);
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(("openssl " + arguments).split(" ", -1))
                .directory(temp.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private Values tls() {
        return new Values()
                .with("url", "mqtts://broker.example")
                .with("certificate", temp.resolve(CERTIFICATE).toString())
                .with("key", temp.resolve(KEY).toString());
    }

    @ParameterizedTest
    @CsvSource({"ec -pkeyopt ec_paramgen_curve:prime256v1", "rsa:2048", "ed25519"})
    void shouldTakeEveryUsualKindOfKey(String kind) throws IOException, InterruptedException, SinkConfigException {
        openssl("req -x509 -newkey " + kind + " -nodes -days 2 -subj /CN=box -keyout c.key -out c.crt");

        new MqttSinkFactory().open(tls(), CONTEXT).close();
    }

    @Test
    void shouldTakeACertificateThatHasExpired() throws IOException, InterruptedException, SinkConfigException {
        openssl("req -newkey rsa:2048 -nodes -subj /CN=box -keyout c.key -out c.csr");
        openssl("x509 -req -in c.csr -signkey c.key -days -1 -out c.crt");

        new MqttSinkFactory().open(tls(), CONTEXT).close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rsa -in k.pem -traditional                     | has a PKCS #1 key, but PKCS #8 without a password is needed
            rsa -in k.pem -traditional -des3 -passout pass:x | has an encrypted key, but PKCS #8
            pkcs8 -topk8 -in k.pem -passout pass:x         | has an encrypted key, but PKCS #8 without a password
            ecparam -name prime256v1 -genkey               | has a SEC 1 key, but PKCS #8 without a password is needed
            rsa -in k.pem -pubout                          | has no private key
            genpkey -algorithm ed25519                     | does not belong to the first certificate in
            """)
    void shouldSayHowToMendAKey(String command, String why) throws IOException, InterruptedException {
        openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=box -keyout k.pem -out c.crt");
        openssl(command + " -out c.key");

        assertRefused(tls(), "key", why);
        if (why.contains("needed")) {
            assertRefused(
                    tls(), "key", "openssl pkey -in " + temp.resolve(KEY) + " -out " + temp.resolve(KEY) + ".pk8");
            openssl("pkey -in c.key -out c.key.pk8");
            assertThat(Files.readString(temp.resolve("c.key.pk8"))).contains("-----BEGIN PRIVATE KEY-----");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nothing at all                                                     | has no certificate: it must be PEM
            -----BEGIN CERTIFICATE-----@AAAA@-----END CERTIFICATE-----          | has a certificate that can't be read
            -----BEGIN CERTIFICATE-----@A@-----END CERTIFICATE-----             | is damaged
            """)
    void shouldSayWhatIsWrongWithAFile(String text, String why) throws IOException {
        Files.writeString(temp.resolve(CERTIFICATE), text.replace('@', '\n'));

        assertRefused(tls(), "certificate", why);
        assertRefused(
                new Values()
                        .with("url", "mqtts://broker.example")
                        .with("ca-file", temp.resolve(CERTIFICATE).toString()),
                "ca-file",
                why);
    }
}
