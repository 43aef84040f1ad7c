package dev.holdfast.gateway.config;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads where messages come in and who may bring them, and refuses what would be open to strangers. */
final class ListenReader {

    private static final String WHERE_FROM = "holdfast passwd -f /etc/holdfast/users NAME";

    private final Problems problems;
    private final GateReader gates;

    ListenReader(Problems problems) {
        this.problems = problems;
        this.gates = new GateReader(problems);
    }

    /** What is read of one listener before it is known who may come in. */
    private record Draft(Section section, Fields fields, ListenerConfig config) {}

    /** Listeners, limits and rules; of the listeners, those that could be read, and the ports that they ask for. */
    record Read(ListenConfig listen, AccessConfig access, List<Port> ports) {}

    Read read(Fields listen, Fields access) {
        List<Draft> drafts = drafts(listen);
        AccessConfig rules = rules(access);
        boolean users = rules.users().isPresent()
                || drafts.stream()
                        .anyMatch(draft -> draft.config()
                                .tls()
                                .flatMap(TlsConfig::clientCa)
                                .isPresent());
        if (users && rules.publish().isEmpty()) {
            problems.add(
                    access.place(),
                    "access.publish is missing: there are users, and nobody of them may publish anything",
                    "to let all of them publish everything: access: {publish: [{topics: [\"#\"]}]}");
        }
        List<ListenerConfig> listeners = new ArrayList<>();
        List<Port> ports = new ArrayList<>();
        for (Draft draft : drafts) {
            listeners.add(opened(draft, rules, users));
            gates.check(
                    draft.fields(),
                    draft.config().gate(),
                    drafts.stream().map(other -> other.config().bind()).toList());
            if (draft.config().bind() instanceof InetSocketAddress bind) {
                ports.add(Port.of(draft.fields(), Layout.BIND, bind));
            }
        }
        return new Read(new ListenConfig(listeners, limits(listen.section(Layout.LIMITS))), rules, ports);
    }

    // --- listeners ----------------------------------------------------------------------------------------------

    private List<Draft> drafts(Fields listen) {
        List<Draft> drafts = new ArrayList<>();
        for (Section section : Layout.LISTENERS) {
            boolean there = listen.place(section.name()).isPresent();
            boolean others = Layout.LISTENERS.stream()
                    .anyMatch(other -> listen.place(other.name()).isPresent());
            if (there || (section.name().equals(Layout.MQTT.name()) && !others)) {
                Fields fields = listen.section(section);
                draft(section, fields).ifPresent(config -> drafts.add(new Draft(section, fields, config)));
            }
        }
        return drafts;
    }

    private static Optional<ListenerConfig> draft(Section section, Fields fields) {
        boolean tls = section.has(Layout.CERTIFICATE);
        boolean webSocket = section.has(Layout.WS_PATH);
        int maxPacket = (int) fields.get(Layout.MAX_PACKET).bytes();
        boolean anonymous = fields.get(Layout.ANONYMOUS);
        Optional<SocketAddress> bind = bind(section, fields);
        Optional<TlsConfig> files = tls ? tls(fields) : Optional.empty();
        String path = webSocket ? fields.get(Layout.WS_PATH) : "";
        List<String> origins = webSocket ? fields.findList(Layout.WS_ORIGINS) : List.of();
        boolean proxy = section.has(Layout.PROXY_PROTOCOL) && fields.get(Layout.PROXY_PROTOCOL);
        if (bind.isEmpty() || (tls && files.isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(new ListenerConfig(
                section.name(),
                bind.get(),
                maxPacket,
                files,
                path,
                origins,
                false,
                anonymous,
                proxy,
                GateReader.read(fields)));
    }

    private static Optional<SocketAddress> bind(Section section, Fields fields) {
        if (section.has(Layout.UNIX_PATH)) {
            return fields.require(Layout.UNIX_PATH).map(UnixDomainSocketAddress::of);
        }
        if (section.has(Layout.MQTT_BIND)) {
            return fields.read(Layout.MQTT_BIND).map(bind -> bind);
        }
        return fields.require(Layout.BIND).map(bind -> bind);
    }

    private static Optional<TlsConfig> tls(Fields fields) {
        Optional<Path> certificate = fields.require(Layout.CERTIFICATE);
        Optional<Path> key = fields.require(Layout.KEY);
        Optional<Path> clientCa = fields.find(Layout.CLIENT_CA);
        boolean required = fields.get(Layout.CLIENT_CERTIFICATE).equals(Layout.REQUIRED);
        return certificate.isPresent() && key.isPresent()
                ? Optional.of(new TlsConfig(certificate.get(), key.get(), clientCa, required))
                : Optional.empty();
    }

    /** Decides who may come in without a name. */
    private ListenerConfig opened(Draft draft, AccessConfig access, boolean users) {
        ListenerConfig config = draft.config();
        boolean certificates = config.tls().flatMap(TlsConfig::clientCa).isPresent();
        boolean local = isLocal(config.bind());
        boolean open = config.anonymous() || (local && !users);
        if (!open && access.users().isEmpty() && !certificates) {
            problems.add(
                    draft.fields()
                            .place(bindKey(draft.section()))
                            .orElse(draft.fields().place()),
                    draft.fields().path(bindKey(draft.section()))
                            + (local
                                    ? ": there are users, but none of them could log in here"
                                    : " can be reached from other machines, and whoever reaches it could publish"),
                    wayOut(draft.section()));
        }
        return config.opened(open);
    }

    private static String wayOut(Section section) {
        return "give its clients names: access: {users: /etc/holdfast/users, publish: [{topics: [\"#\"]}]}\n"
                + "  with a file made by: " + WHERE_FROM + "\n"
                + "or let everybody in: listen: {" + section.name() + ": {anonymous: true}}";
    }

    private static String bindKey(Section section) {
        return section.has(Layout.UNIX_PATH) ? Layout.UNIX_PATH.name() : Layout.BIND.name();
    }

    private static boolean isLocal(SocketAddress bind) {
        return !(bind instanceof InetSocketAddress address)
                || (!address.isUnresolved() && address.getAddress().isLoopbackAddress());
    }

    // --- rules and limits ---------------------------------------------------------------------------------------

    private static AccessConfig rules(Fields access) {
        Optional<Path> users = access.find(Layout.USERS);
        if (access.place(Layout.PUBLISH.name()).isEmpty()) {
            return new AccessConfig(users, Optional.empty());
        }
        List<AccessConfig.Rule> rules = new ArrayList<>();
        for (Fields rule : access.list(Layout.PUBLISH)) {
            List<String> names = rule.findList(Layout.RULE_USERS);
            List<String> clients = rule.findList(Layout.RULE_CLIENTS);
            rule.requireList(Layout.RULE_TOPICS)
                    .ifPresent(topics -> rules.add(new AccessConfig.Rule(names, clients, topics)));
        }
        return new AccessConfig(users, Optional.of(List.copyOf(rules)));
    }

    private static LimitsConfig limits(Fields limits) {
        Duration connectTimeout = limits.get(Layout.CONNECT_TIMEOUT);
        return new LimitsConfig(
                limits.get(Layout.CONNECTIONS),
                limits.get(Layout.TLS_CONNECTIONS),
                limits.get(Layout.CONNECTIONS_PER_ADDRESS),
                (int) limits.get(Layout.CONNECT_BYTES).bytes(),
                connectTimeout,
                limits.get(Layout.STALL_TIMEOUT),
                (int) limits.get(Layout.PARTIAL_PACKETS).bytes(),
                limits.get(Layout.RECEIVE_MAXIMUM),
                limits.get(Layout.QOS2_IDS),
                limits.get(Layout.TOPIC_ALIASES),
                (int) limits.get(Layout.TOPIC_BYTES).bytes(),
                limits.get(Layout.TOPIC_LEVELS),
                limits.get(Layout.USER_PROPERTIES),
                (int) limits.get(Layout.USER_PROPERTY_BYTES).bytes(),
                limits.get(Layout.MESSAGE_RATE),
                limits.get(Layout.BYTE_RATE).bytes(),
                limits.get(Layout.SESSIONS),
                limits.get(Layout.SESSION_EXPIRY));
    }
}
