package dev.holdfast.sink.mqtt;

import com.hivemq.client.mqtt.MqttProxyConfig;
import com.hivemq.client.mqtt.MqttProxyProtocol;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A proxy through which the broker is reached. It looks up the broker's name itself.
 *
 * @param socks whether it is a SOCKS 5 proxy; else an HTTP proxy that knows CONNECT
 * @param host name or address
 * @param port TCP port
 * @param username null for none
 * @param password null for none
 */
record ProxyAddress(
        boolean socks,
        String host,
        int port,
        @Nullable String username,
        @Nullable String password) {

    private static final Pattern FORM = Pattern.compile("(socks5|http)://" + BrokerAddress.HOST + ":([0-9]{1,5})/?");
    private static final int MAX_PORT = 65_535;

    /**
     * Reads socks5://host:port or http://host:port.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static ProxyAddress parse(String text, @Nullable String username, @Nullable String password) {
        if (text.indexOf('@') >= 0) {
            // the text is not repeated: it may hold a password
            throw new IllegalArgumentException(
                    "user name and password do not go into it; give them as proxy-username and proxy-password");
        }
        Matcher matcher = FORM.matcher(text);
        int port = matcher.matches() ? Integer.parseInt(matcher.group(3)) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is no address of a proxy: it has to be socks5:// or http://, a host, and a port from 1 to "
                    + MAX_PORT + "; for example socks5://proxy.example:1080");
        }
        String host = BrokerAddress.withoutBrackets(matcher.group(2));
        return new ProxyAddress(matcher.group(1).equals("socks5"), host, port, username, password);
    }

    /** What the client library wants to know of it. */
    MqttProxyConfig config(int timeoutSeconds) {
        return MqttProxyConfig.builder()
                .protocol(socks ? MqttProxyProtocol.SOCKS_5 : MqttProxyProtocol.HTTP)
                .host(host)
                .port(port)
                .username(username)
                .password(password)
                .handshakeTimeout(timeoutSeconds, TimeUnit.SECONDS)
                .build();
    }

    /** Without user name and password. */
    @Override
    public String toString() {
        return (socks ? "socks5://" : "http://") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
