package dev.holdfast.gateway;

import dev.holdfast.gateway.config.GateConfig;
import dev.holdfast.gateway.config.LimitsConfig;
import dev.holdfast.gateway.config.ListenConfig;
import dev.holdfast.gateway.config.ListenerConfig;
import dev.holdfast.gateway.config.TlsConfig;
import dev.holdfast.gateway.ingest.mqtt.Broker;
import dev.holdfast.gateway.ingest.mqtt.ClientTls;
import dev.holdfast.gateway.ingest.mqtt.FrontDoorOptions;
import dev.holdfast.gateway.ingest.mqtt.Limits;
import dev.holdfast.gateway.ingest.mqtt.Listener;
import dev.holdfast.gateway.ingest.mqtt.ServerTls;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.route.TopicFilter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The listeners of a configuration, as the front door knows them. */
final class FrontDoors {

    private FrontDoors() {}

    /** Everything about the front door; host names are looked up here, and not by the configuration. */
    static FrontDoorOptions options(
            ListenConfig config,
            Function<TlsConfig, Supplier<ServerTls>> tls,
            Function<GateConfig.Tls, Supplier<ClientTls>> brokerTls) {
        List<Listener> listeners = new ArrayList<>();
        for (ListenerConfig listener : config.listeners()) {
            listeners.add(new Listener(
                    listener.scheme(),
                    listener.bind() instanceof InetSocketAddress address ? resolved(address) : listener.bind(),
                    listener.maxPacketBytes(),
                    listener.tls().map(tls).orElse(null),
                    listener.path(),
                    listener.origins(),
                    listener.open(),
                    listener.proxyProtocol(),
                    listener.gate().map(gate -> broker(gate, brokerTls)).orElse(null)));
        }
        boolean gate = listeners.stream().anyMatch(listener -> listener.broker() != null);
        return FrontDoorOptions.of(listeners, limits(config.limits(), gate ? 2 : 1));
    }

    private static Broker broker(GateConfig gate, Function<GateConfig.Tls, Supplier<ClientTls>> tls) {
        return new Broker(
                gate.broker().url(),
                gate.broker().address(),
                gate.tls().map(tls).orElse(null),
                gate.proxyProtocol(),
                stored(gate.store()),
                gate.passesWhenFull());
    }

    private static Predicate<Topic> stored(List<String> filters) {
        List<TopicFilter> some = filters.stream().map(TopicFilter::of).toList();
        return topic -> some.isEmpty() || some.stream().anyMatch(filter -> filter.matches(topic.name()));
    }

    static InetSocketAddress resolved(InetSocketAddress bind) {
        return bind.isUnresolved() ? new InetSocketAddress(bind.getHostString(), bind.getPort()) : bind;
    }

    private static Limits limits(LimitsConfig config, int descriptorsEach) {
        return new Limits(
                new Limits.Connections(
                        Descriptors.connections(config.connections(), descriptorsEach),
                        config.tlsConnections(),
                        config.connectionsPerAddress(),
                        config.connectBytes(),
                        config.connectTimeout(),
                        config.stallTimeout(),
                        config.partialPackets()),
                new Limits.Messages(
                        config.receiveMaximum(),
                        config.qos2Ids(),
                        config.topicAliases(),
                        config.topicBytes(),
                        config.topicLevels(),
                        config.userProperties(),
                        config.userPropertyBytes()),
                new Limits.Rate(config.messageRate(), config.byteRate()),
                new Limits.SessionLimits(config.sessions(), config.sessionExpiry()));
    }
}
