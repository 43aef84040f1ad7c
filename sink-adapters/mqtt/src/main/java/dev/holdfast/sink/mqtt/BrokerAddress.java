package dev.holdfast.sink.mqtt;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Address of a broker.
 *
 * @param host name or address
 * @param port TCP port
 * @param tls whether it is spoken to over TLS
 * @param path where on the server its WebSocket is, with the slash; null without WebSocket
 */
record BrokerAddress(
        String host, int port, boolean tls, @Nullable String path) {

    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;
    private static final int WEB_PORT = 80;
    private static final int WEB_TLS_PORT = 443;
    private static final int MAX_PORT = 65_535;

    /** Names as they are in use, with the underscore that is not allowed in them; java.net.URI would refuse those. */
    static final String HOST = "([A-Za-z0-9_][A-Za-z0-9_.-]*|\\[[0-9A-Fa-f:.%a-z]+])";

    private static final Pattern FORM =
            Pattern.compile("(mqtts?|wss?)://" + HOST + "(?::([0-9]{1,5}))?(/[A-Za-z0-9_.~/-]*)?");

    /**
     * Reads mqtt://host:port, mqtts://host:port, ws://host:port/path or wss://host:port/path; the port may be left out.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static BrokerAddress parse(String text) {
        if (text.indexOf('@') >= 0) {
            // the text is not repeated: it may hold a password
            throw new IllegalArgumentException(
                    "user name and password do not go into the url; give them as username and password");
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw wrong(
                    text,
                    "it has to be mqtt:// or mqtts://, a host, and a port, which may be left out;"
                            + " or the same with ws:// or wss:// and a path");
        }
        String scheme = matcher.group(1);
        boolean tls = scheme.endsWith("s") && !scheme.equals("ws");
        boolean web = scheme.startsWith("ws");
        String path = matcher.group(4) == null ? "/" : matcher.group(4);
        if (!web && !path.equals("/")) {
            throw wrong(text, "only ws:// and wss:// have a path");
        }
        String port = matcher.group(3);
        int number = port == null ? defaultPort(web, tls) : Integer.parseInt(port);
        if (number < 1 || number > MAX_PORT) {
            throw wrong(text, "ports are 1 to " + MAX_PORT);
        }
        return new BrokerAddress(withoutBrackets(matcher.group(2)), number, tls, web ? path : null);
    }

    private static int defaultPort(boolean web, boolean tls) {
        return web ? (tls ? WEB_TLS_PORT : WEB_PORT) : (tls ? TLS_PORT : PORT);
    }

    static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException(
                "\"" + text + "\" is no address of a broker: " + why + "; for example mqtts://broker.example:8883");
    }

    @Override
    public String toString() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        String scheme = path == null ? "mqtt" : "ws";
        return scheme + (tls ? "s" : "") + "://" + name + ":" + port + (path == null ? "" : path);
    }
}
