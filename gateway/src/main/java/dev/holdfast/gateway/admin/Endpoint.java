package dev.holdfast.gateway.admin;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as people write them in URLs. */
public final class Endpoint {

    private Endpoint() {}

    /** {@code host:port}, with IPv6 in brackets; every address of the machine is {@code 0.0.0.0}. */
    public static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String host = address.getHostString();
        if (ip != null && ip.isAnyLocalAddress()) {
            host = "0.0.0.0";
        } else if (ip != null && ip.isLoopbackAddress() && ip instanceof Inet6Address) {
            host = "[::1]";
        } else if (host.indexOf(':') >= 0) {
            host = "[" + host + "]";
        }
        return host + ":" + address.getPort();
    }
}
