package dev.holdfast.gateway.config;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what makes a listener a gate, and refuses what can't be meant. */
final class GateReader {

    private final Problems problems;

    /** The broker of the first gate. */
    private @Nullable BrokerAddress first;

    GateReader(Problems problems) {
        this.problems = problems;
    }

    /** What stands there; empty where no broker does. */
    static Optional<GateConfig> read(Fields listener) {
        Optional<Path> authorities = listener.find(Layout.BROKER_CA);
        Optional<Path> certificate = listener.find(Layout.BROKER_CERTIFICATE);
        Optional<Path> key = listener.find(Layout.BROKER_KEY);
        boolean proxyProtocol = listener.find(Layout.BROKER_PROXY_PROTOCOL).orElse(false);
        List<String> store = listener.findList(Layout.GATE_STORE);
        boolean passes =
                listener.find(Layout.GATE_ON_FULL).filter(Layout.PASS::equals).isPresent();
        Optional<GateConfig.Pair> own =
                certificate.flatMap(shown -> key.map(secret -> new GateConfig.Pair(shown, secret)));
        return listener.find(Layout.BROKER)
                .map(broker -> new GateConfig(
                        broker,
                        broker.isEncrypted() ? Optional.of(new GateConfig.Tls(authorities, own)) : Optional.empty(),
                        proxyProtocol,
                        store,
                        passes));
    }

    /** Checks it beside all addresses on which the gateway listens. */
    void check(Fields listener, Optional<GateConfig> gate, List<SocketAddress> binds) {
        if (listener.place(Layout.BROKER.name()).isEmpty()) {
            Layout.GATE.forEach(item -> refuse(
                    listener,
                    item,
                    " is for a gate, and there is no broker",
                    "leave it away, or say before which broker this stands: " + listener.path(Layout.BROKER.name())));
        } else if (gate.isPresent()) {
            check(listener, gate.get().broker(), binds);
        }
    }

    private void check(Fields listener, BrokerAddress broker, List<SocketAddress> binds) {
        if (binds.stream().anyMatch(bind -> leadsTo(broker, bind))) { // all would be passed on to itself, for ever
            refuse(
                    listener,
                    Layout.BROKER,
                    " is a listener of this gateway",
                    "give the address of the broker, and the broker another port than the gate");
            return;
        }
        BrokerAddress before = first;
        first = before == null ? broker : before;
        if (before != null && !before.target().equals(broker.target())) { // its client ids and sessions are others
            refuse(
                    listener,
                    Layout.BROKER,
                    " is another broker than " + before.url() + ", before which another listener stands",
                    "all gates of a gateway stand before one broker; run a second gateway for the other one");
        }
        if (!broker.isEncrypted()) {
            List.of(Layout.BROKER_CA, Layout.BROKER_CERTIFICATE, Layout.BROKER_KEY)
                    .forEach(key -> refuse(
                            listener,
                            key,
                            " is for TLS, and the broker " + broker.url() + " is reached without",
                            "leave it away, or reach the broker by mqtts://"));
        }
        requireBoth(listener, Layout.BROKER_CERTIFICATE, Layout.BROKER_KEY);
        requireBoth(listener, Layout.BROKER_KEY, Layout.BROKER_CERTIFICATE);
    }

    private void requireBoth(Fields listener, Item there, Item other) {
        if (listener.place(other.name()).isEmpty()) {
            refuse(
                    listener,
                    there,
                    " needs " + other.name() + " beside it",
                    "give both, or none if the broker wants to see no certificate");
        }
    }

    private void refuse(Fields listener, Item item, String why, String hint) {
        listener.place(item.name()).ifPresent(place -> problems.add(place, listener.path(item.name()) + why, hint));
    }

    private static boolean leadsTo(BrokerAddress broker, SocketAddress bind) {
        return bind.equals(broker.address())
                || (bind instanceof InetSocketAddress listener && Addresses.leadsTo(broker.target(), listener));
    }
}
