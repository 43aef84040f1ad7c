package dev.holdfast.sink.mqtt;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Address of a broker.
 *
 * @param host name or address
 * @param port TCP port
 * @param tls whether it is spoken to over TLS
 */
record BrokerAddress(String host, int port, boolean tls) {

    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;
    private static final int MAX_PORT = 65_535;

    /**
     * Reads mqtt://host:port or mqtts://host:port; the port may be left out.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static BrokerAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw wrong(text, "it can't be read as a URL");
        }
        boolean tls = "mqtts".equals(uri.getScheme());
        if (!tls && !"mqtt".equals(uri.getScheme())) {
            throw wrong(text, "it must begin with mqtt:// or mqtts://");
        }
        if (uri.getUserInfo() != null) {
            // the text is not repeated: it may hold a password
            throw new IllegalArgumentException(
                    "user name and password do not go into the url; give them as username and " + "password");
        }
        String host = uri.getHost();
        if (host == null || uri.getPort() > MAX_PORT || uri.getPort() == 0) {
            throw wrong(text, "it needs a host and a port of 1 to " + MAX_PORT);
        }
        boolean onlyAuthority = uri.getPath().isEmpty() || uri.getPath().equals("/");
        if (!onlyAuthority || uri.getQuery() != null || uri.getFragment() != null) {
            throw wrong(text, "nothing may follow the port");
        }
        int port = uri.getPort() < 0 ? (tls ? TLS_PORT : PORT) : uri.getPort();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new BrokerAddress(bare, port, tls);
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException(
                "\"" + text + "\" is no address of a broker: " + why + "; for example mqtts://broker.example:8883");
    }

    @Override
    public String toString() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return (tls ? "mqtts://" : "mqtt://") + name + ":" + port;
    }
}
