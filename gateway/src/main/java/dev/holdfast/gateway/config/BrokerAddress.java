package dev.holdfast.gateway.config;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The broker that a gate stands before.
 *
 * @param url as it stands in the file
 * @param address where it is: an {@link InetSocketAddress}, unresolved when the file names a host other than localhost, or
 *     a {@link UnixDomainSocketAddress}
 */
public record BrokerAddress(String url, SocketAddress address) {

    /** What it looks like. */
    static final String PATTERN = "mqtt://(\\[[^\\]]*\\]|[^:/@]+)(:[0-9]{1,5})?/?|unix://(/.+)";

    private static final Pattern URL = Pattern.compile(PATTERN);
    private static final String DEFAULT_PORT = ":1883";

    static BrokerAddress parse(String text) throws Refused {
        Matcher matcher = URL.matcher(text);
        if (!matcher.matches()) {
            throw new Refused(
                    text.startsWith("mqtts://")
                            ? "is reached by TLS, which a gate can't do yet"
                            : "is not the address of a broker");
        }
        String path = matcher.group(3);
        if (path != null) {
            return new BrokerAddress(
                    text, UnixDomainSocketAddress.of(Types.SOCKET_PATH.parser().parse(path)));
        }
        String port = matcher.group(2);
        InetSocketAddress address = Addresses.parse(matcher.group(1) + (port == null ? DEFAULT_PORT : port));
        if (address.getPort() == 0) {
            throw new Refused("has port 0");
        }
        return new BrokerAddress(text, address);
    }

    /** Its URL with a port. */
    String target() {
        Matcher matcher = URL.matcher(url);
        return matcher.matches() && matcher.group(1) != null && matcher.group(2) == null
                ? "mqtt://" + matcher.group(1) + DEFAULT_PORT
                : url;
    }
}
