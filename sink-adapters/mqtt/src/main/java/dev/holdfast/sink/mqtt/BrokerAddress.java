package dev.holdfast.sink.mqtt;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** Names as they are in use, with the underscore that is not allowed in them; java.net.URI would refuse those. */
    private static final Pattern FORM =
            Pattern.compile("(mqtts?)://([A-Za-z0-9_][A-Za-z0-9_.-]*|\\[[0-9A-Fa-f:.%a-z]+])(?::([0-9]{1,5}))?/?");

    /**
     * Reads mqtt://host:port or mqtts://host:port; the port may be left out.
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
            throw wrong(text, "it has to be mqtt:// or mqtts://, a host, and a port, which may be left out");
        }
        boolean tls = matcher.group(1).equals("mqtts");
        String host = matcher.group(2);
        String port = matcher.group(3);
        int number = port == null ? (tls ? TLS_PORT : PORT) : Integer.parseInt(port);
        if (number < 1 || number > MAX_PORT) {
            throw wrong(text, "ports are 1 to " + MAX_PORT);
        }
        return new BrokerAddress(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, number, tls);
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
