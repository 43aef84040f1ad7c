package dev.holdfast.gateway.config;

import dev.holdfast.sink.SinkContext;
import dev.holdfast.sink.SinkFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * Reads the configuration of a gateway. Changes nothing, starts nothing, asks no name server; reads the one file and
 * the secrets that it names. May be used more than once and by several threads.
 *
 * <p>All that is wrong with a file is reported at once. Of what comes from {@code ${file:…}} or {@code ${env:…}} and of
 * the values of secret options nothing is ever shown.
 */
public final class ConfigReader {

    private static final ByteSize MAX_FILE = new ByteSize(1 << 20);
    private static final int MAX_NAME = 64;

    private final SinkTypes types;
    private final Map<String, String> environment;
    private final Supplier<String> hostName;
    private final LongUnaryOperator roomInQuota;

    /**
     * A reader.
     *
     * @param factories the sink adapters that there are
     * @param environment what {@code ${env:…}} may name
     * @param hostName what the gateway is called when the file does not say it; made fit for a name
     * @param roomInQuota how many bytes of messages find room in a store of that many bytes
     * @throws IllegalArgumentException if an adapter describes itself in a way that can't be read
     */
    public ConfigReader(
            List<SinkFactory> factories,
            Map<String, String> environment,
            Supplier<String> hostName,
            LongUnaryOperator roomInQuota) {
        this.types = new SinkTypes(factories);
        this.environment = Map.copyOf(environment);
        this.hostName = hostName;
        this.roomInQuota = roomInQuota;
    }

    /** The configuration of a gateway without a file. */
    public GatewayConfig defaults() {
        return read("", "", this::gateway);
    }

    /**
     * Reads a file of at most 1 MiB.
     *
     * @throws ConfigException if it can't be read, or with all that is wrong with it
     */
    public GatewayConfig read(Path file) {
        return read(file.toString(), text(file), this::gateway);
    }

    /**
     * Reads only where the admin port is to be, and nothing that a secret could stand in for.
     *
     * @throws ConfigException if the file can't be read or is no YAML, or with what is wrong with that address
     */
    public InetSocketAddress readAdminBind(Path file) {
        return read(
                file.toString(),
                text(file),
                (root, problems, excerpts) -> root.section(Layout.ADMIN).get(Layout.ADMIN_BIND));
    }

    private String text(Path file) {
        String name = file.toString();
        try {
            TextFile content = TextFile.read(file, MAX_FILE);
            if (content.utf8()) {
                return content.text();
            }
            throw notUtf8(name, content.text());
        } catch (TextFile.Unreadable e) {
            throw new ConfigException(List.of(new Problem(name, 0, 0, e.why(), "", "")));
        }
    }

    private ConfigException notUtf8(String name, String before) {
        List<String> lines = Excerpts.linesOf(before);
        String last = lines.get(lines.size() - 1);
        Place place = new Place(lines.size(), last.codePointCount(0, last.length()) + 1);
        Excerpts excerpts = new Excerpts(name, lines, SecretSpans.inText(lines, types));
        String hint = "save it as UTF-8";
        return new ConfigException(List.of(excerpts.problem(place, "the file is not UTF-8 from here on", hint)));
    }

    /** Makes something of the tree. */
    private interface Reading<T> {

        T of(Fields root, Problems problems, Excerpts excerpts);
    }

    private <T> T read(String name, String text, Reading<T> reading) {
        Problems problems = new Problems();
        List<String> lines = Excerpts.linesOf(text);
        Unprintable.find(lines)
                .ifPresent(place -> problems.add(
                        place,
                        "there is a character here that YAML does not allow",
                        "write it as an escape in double quotes"));
        Optional<Node> root = problems.isEmpty() ? YamlTree.parse(text, problems) : Optional.empty();
        List<Span> secrets = new ArrayList<>(SecretSpans.inUrls(lines));
        root.ifPresent(node -> secrets.addAll(SecretSpans.inTree(node, types)));
        if (!problems.isEmpty()) { // not all of the text is in the tree
            secrets.addAll(SecretSpans.inText(lines, types));
        }
        Excerpts excerpts = new Excerpts(name, lines, secrets);
        Optional<T> config = root.map(node ->
                reading.of(Fields.root(node, new References(environment, problems), problems), problems, excerpts));
        problems.throwIfAny(excerpts);
        return config.orElseThrow();
    }

    private GatewayConfig gateway(Fields root, Problems problems, Excerpts excerpts) {
        Fields gateway = root.section(Layout.GATEWAY);
        Fields mqtt = root.section(Layout.LISTEN).section(Layout.MQTT);
        Fields admin = root.section(Layout.ADMIN);
        Optional<InetSocketAddress> mqttBind = mqtt.read(Layout.MQTT_BIND);
        Optional<InetSocketAddress> adminBind = admin.read(Layout.ADMIN_BIND);
        if (mqttBind.isPresent() && adminBind.isPresent() && Addresses.clash(mqttBind.get(), adminBind.get())) {
            reportClash(mqtt, admin, problems);
        }
        InetSocketAddress listener = mqttBind.orElseGet(Layout.MQTT_BIND::defaultValue);
        String gatewayId = gateway.find(Layout.GATEWAY_ID).orElseGet(this::nameOfHost);
        Fields store = root.section(Layout.STORE);
        Optional<ByteSize> quota = store.read(Layout.STORE_QUOTA);
        int maxPacketBytes = (int) mqtt.get(Layout.MQTT_MAX_PACKET).bytes();
        return new GatewayConfig(
                gatewayId,
                new StoreConfig(
                        store.get(Layout.STORE_PATH),
                        quota.orElseGet(Layout.STORE_QUOTA::defaultValue).bytes(),
                        store.get(Layout.STORE_COMMIT_EVERY)),
                new LaneReader(roomInQuota, problems).read(root.list(Layout.LANES), store, quota),
                new MqttListenConfig(listener, maxPacketBytes),
                routes(root.list(Layout.ROUTES), gatewayId, listener, problems),
                new AdminConfig(adminBind.orElseGet(Layout.ADMIN_BIND::defaultValue)));
    }

    private List<RouteConfig> routes(
            List<Fields> all, String gatewayId, InetSocketAddress listener, Problems problems) {
        SinkReader sinks = new SinkReader(types, listener, problems);
        List<RouteConfig> routes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Fields route : all) {
            Optional<String> name = route.require(Layout.ROUTE_NAME);
            Optional<List<String>> topics = route.requireList(Layout.ROUTE_TOPICS);
            Optional<SinkSettings> sink = sinks.read(route, new SinkContext(gatewayId, name.orElse("unnamed")));
            int window = route.get(Layout.ROUTE_WINDOW);
            int attempts = route.get(Layout.ROUTE_ATTEMPTS);
            Duration ackTimeout = route.get(Layout.ROUTE_ACK_TIMEOUT);
            boolean gaps = route.get(Layout.ROUTE_GAPS);
            if (name.isPresent() && !names.add(name.get())) {
                problems.add(
                        route.place(Layout.ROUTE_NAME.name()).orElse(route.place()),
                        route.path(Layout.ROUTE_NAME.name()) + " is the name of an earlier route too",
                        "each route needs a name of its own: its progress hangs on it");
            }
            if (name.isPresent() && topics.isPresent() && sink.isPresent()) {
                routes.add(new RouteConfig(name.get(), topics.get(), sink.get(), window, attempts, ackTimeout, gaps));
            }
        }
        return routes;
    }

    private static void reportClash(Fields mqtt, Fields admin, Problems problems) {
        String mqttKey = Layout.MQTT_BIND.name();
        String adminKey = Layout.ADMIN_BIND.name();
        problems.add(
                admin.place(adminKey).or(() -> mqtt.place(mqttKey)).orElse(Place.WHOLE),
                admin.path(adminKey) + " and " + mqtt.path(mqttKey) + " ask for the same port",
                "give one of them another port");
    }

    /** The host name with what a name may not have replaced. */
    private String nameOfHost() {
        String name = hostName.get().replaceAll("[^A-Za-z0-9_.-]", "-").replaceAll("^[_.-]+", "");
        return name.isEmpty() ? "holdfast" : name.substring(0, Math.min(name.length(), MAX_NAME));
    }
}
