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
    static final String PATTERN = "(mqtts?)://(\\[[^\\]]*\\]|[^:/@]+)(:[0-9]{1,5})?/?|unix://(/.+)";

    private static final Pattern URL = Pattern.compile(PATTERN);
    private static final String TLS = "mqtts";

    static BrokerAddress parse(String text) throws Refused {
        Matcher matcher = URL.matcher(text);
        if (!matcher.matches()) {
            throw new Refused("is not the address of a broker");
        }
        String path = matcher.group(4);
        if (path != null) {
            return new BrokerAddress(
                    text, UnixDomainSocketAddress.of(Types.SOCKET_PATH.parser().parse(path)));
        }
        InetSocketAddress address = Addresses.parse(matcher.group(2) + port(matcher));
        if (address.getPort() == 0) {
            throw new Refused("has port 0");
        }
        return new BrokerAddress(text, address);
    }

    private static String port(Matcher matcher) {
        String port = matcher.group(3);
        return port != null ? port : TLS.equals(matcher.group(1)) ? ":8883" : ":1883";
    }

    /** Whether it is reached by TLS. */
    boolean isEncrypted() {
        return url.startsWith(TLS);
    }

    /** Its URL with a port. */
    String target() {
        Matcher matcher = URL.matcher(url);
        return matcher.matches() && matcher.group(1) != null && matcher.group(3) == null
                ? matcher.group(1) + "://" + matcher.group(2) + port(matcher)
                : url;
    }
}
