package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.admin.Endpoint;
import dev.holdfast.gateway.config.ListenerConfig;
import dev.holdfast.gateway.config.TlsConfig;
import java.net.InetSocketAddress;

/** A listener for people: where it is and who may come in. */
final class ListenerText {

    private ListenerText() {}

    static String of(ListenerConfig listener) {
        return address(listener) + "  " + who(listener);
    }

    /** Where it is, as a client names it. */
    static String address(ListenerConfig listener) {
        String bind = listener.bind() instanceof InetSocketAddress address
                ? Endpoint.text(address)
                : listener.bind().toString();
        return listener.scheme() + "://" + bind + listener.path();
    }

    private static String who(ListenerConfig listener) {
        boolean certificates = listener.tls().flatMap(TlsConfig::clientCa).isPresent();
        boolean required =
                listener.tls().map(TlsConfig::clientCertificateRequired).orElse(false);
        if (certificates && required) {
            return "by client certificate";
        }
        String named = certificates ? "by client certificate or password" : "by password";
        if (!listener.open()) {
            return named;
        }
        return listener.anonymous() ? "ANYBODY, as anonymous: true says" : "anybody on this machine";
    }
}
