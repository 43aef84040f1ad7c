package dev.holdfast.sink.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import dev.holdfast.sink.Option;
import dev.holdfast.sink.SinkConfig;
import dev.holdfast.sink.SinkConfigException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The options that say how the broker is reached, and what is made of them. */
final class UpstreamOptions {

    private static final String VERSION = "mqtt-version";
    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";
    private static final String CLIENT_ID = "client-id";
    private static final String KEEP_ALIVE = "keep-alive";
    private static final String ALPN = "alpn";
    private static final String PROXY = "proxy";
    private static final String PROXY_USERNAME = "proxy-username";
    private static final String PROXY_PASSWORD = "proxy-password";

    private static final String OLD_VERSION = "3.1.1";
    private static final int MAX_KEEP_ALIVE_SECONDS = 65_535;
    private static final int MAX_ALPN_BYTES = 255;

    private final String addressKey;
    private final String nameParts;

    /**
     * The options for one use of a broker.
     *
     * @param addressKey the key that has the broker's address
     * @param nameParts what the client id is made of by default, for people
     */
    UpstreamOptions(String addressKey, String nameParts) {
        this.addressKey = addressKey;
        this.nameParts = nameParts;
    }

    List<Option> all() {
        return List.of(
                Option.oneOrMore(
                        addressKey,
                        "Address of the broker: mqtt://host:port, ws://host:port/path, or with TLS mqtts://host:port,"
                                + " wss://host:port/path. Several in brackets are tried in turn, the first is preferred."),
                Option.oneOf(
                        VERSION,
                        List.of("5", OLD_VERSION),
                        "5",
                        "Version of MQTT; 3.1.1 has no properties, and so no stamp, and a broker can't say why it"
                                + " refuses."),
                Option.optional(USERNAME, "User name to log in with."),
                Option.secret(PASSWORD, "Password to log in with; best as ${file:/path}."),
                Option.optional(CLIENT_ID, "MQTT client id; by default holdfast-" + nameParts + "."),
                Option.optional(
                        TlsFiles.AUTHORITIES,
                        "PEM file with the certificates of the authorities to trust, instead of the system's; read anew"
                                + " for each connection."),
                Option.optional(
                        TlsFiles.CERTIFICATE,
                        "PEM file with the certificate to show to the broker (mTLS), and those that lead from it to an"
                                + " authority; read anew for each connection."),
                Option.optional(
                        TlsFiles.KEY, "PEM file with the private key of the certificate: PKCS #8 without a password."),
                Option.optional(ALPN, "Protocol to ask for by ALPN, such as x-amzn-mqtt-ca."),
                Option.optional(
                        PROXY,
                        "Proxy to go through: socks5://host:port or http://host:port. It looks up the broker's name."),
                Option.optional(PROXY_USERNAME, "User name to log in to the proxy with."),
                Option.secret(PROXY_PASSWORD, "Password to log in to the proxy with; best as ${file:/path}."),
                Option.withDefault(
                        KEEP_ALIVE,
                        Option.Kind.DURATION,
                        "30s",
                        "How often to ask an idle broker whether it is there."));
    }

    /**
     * Reads them; also the files that they name, so that what can't work is said before the start.
     *
     * @param name what the client is called when the configuration does not say it
     * @throws SinkConfigException if they do not go together
     */
    Upstream read(SinkConfig config, String name) throws SinkConfigException {
        checkLogin(config, USERNAME, PASSWORD);
        String username = config.optionalText(USERNAME).orElse(null);
        Upstream upstream = new Upstream(
                addresses(config),
                config.text(VERSION).equals(OLD_VERSION),
                mqttText(CLIENT_ID, config.optionalText(CLIENT_ID).orElse("holdfast-" + name)),
                username == null ? null : mqttText(USERNAME, username),
                config.optionalText(PASSWORD).orElse(null),
                keepAliveSeconds(config),
                tls(config),
                proxy(config));
        checkTls(upstream);
        return upstream;
    }

    private static void checkLogin(SinkConfig config, String username, String password) throws SinkConfigException {
        if (config.optionalText(password).isPresent()
                && config.optionalText(username).isEmpty()) {
            throw new SinkConfigException(password, "there is a " + password + " without a " + username);
        }
    }

    private List<BrokerAddress> addresses(SinkConfig config) throws SinkConfigException {
        List<BrokerAddress> all = new ArrayList<>();
        try {
            for (String text : config.texts(addressKey)) {
                all.add(BrokerAddress.parse(text));
            }
        } catch (IllegalArgumentException e) {
            throw new SinkConfigException(addressKey, String.valueOf(e.getMessage()));
        }
        return List.copyOf(all);
    }

    private static int keepAliveSeconds(SinkConfig config) throws SinkConfigException {
        long keepAlive = config.duration(KEEP_ALIVE).toSeconds();
        if (keepAlive < 1 || keepAlive > MAX_KEEP_ALIVE_SECONDS) {
            throw new SinkConfigException(KEEP_ALIVE, "it must be 1s to " + MAX_KEEP_ALIVE_SECONDS + "s");
        }
        return (int) keepAlive;
    }

    /** What the client library would refuse only when it connects. */
    private static String mqttText(String option, String text) throws SinkConfigException {
        try {
            MqttUtf8String unused = MqttUtf8String.of(text);
            return text;
        } catch (IllegalArgumentException e) {
            throw new SinkConfigException(option, "it can't be sent over MQTT: " + e.getMessage());
        }
    }

    private static TlsFiles tls(SinkConfig config) throws SinkConfigException {
        Path certificate = path(config, TlsFiles.CERTIFICATE);
        Path key = path(config, TlsFiles.KEY);
        if ((certificate == null) != (key == null)) {
            throw new SinkConfigException(
                    certificate == null ? TlsFiles.KEY : TlsFiles.CERTIFICATE,
                    "a certificate needs its key, and a key its certificate: give both");
        }
        Optional<String> alpn = config.optionalText(ALPN);
        if (alpn.filter(name -> name.isEmpty() || name.length() > MAX_ALPN_BYTES || !isAscii(name))
                .isPresent()) {
            throw new SinkConfigException(ALPN, "it must be 1 to " + MAX_ALPN_BYTES + " ASCII characters");
        }
        return new TlsFiles(path(config, TlsFiles.AUTHORITIES), certificate, key, alpn.orElse(null));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static @Nullable Path path(SinkConfig config, String option) throws SinkConfigException {
        Optional<String> text = config.optionalText(option);
        try {
            return text.map(Path::of).orElse(null);
        } catch (InvalidPathException e) {
            throw new SinkConfigException(option, "it is no path on this machine");
        }
    }

    private void checkTls(Upstream upstream) throws SinkConfigException {
        if (!upstream.tls().isUsed()) {
            return;
        }
        if (upstream.addresses().stream().noneMatch(BrokerAddress::tls)) {
            throw new SinkConfigException(
                    addressKey, "certificates and ALPN are for TLS: the address has to begin with mqtts:// or wss://");
        }
        try {
            Tls unused = upstream.tls().read();
        } catch (TlsFilesException e) {
            throw new SinkConfigException(e.option(), e.why());
        }
    }

    private static @Nullable ProxyAddress proxy(SinkConfig config) throws SinkConfigException {
        Optional<String> address = config.optionalText(PROXY);
        checkLogin(config, PROXY_USERNAME, PROXY_PASSWORD);
        if (address.isEmpty()) {
            if (config.optionalText(PROXY_USERNAME).isPresent()) {
                throw new SinkConfigException(PROXY_USERNAME, "there is a proxy-username without a proxy");
            }
            return null;
        }
        try {
            return ProxyAddress.parse(
                    address.get(),
                    config.optionalText(PROXY_USERNAME).orElse(null),
                    config.optionalText(PROXY_PASSWORD).orElse(null));
        } catch (IllegalArgumentException e) {
            throw new SinkConfigException(PROXY, String.valueOf(e.getMessage()));
        }
    }
}
