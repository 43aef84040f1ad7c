package dev.holdfast.gateway.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * Reads the configuration of a gateway. Changes nothing, starts nothing, asks no name server; reads the files
 * and the secrets that they name. May be used more than once and by several threads.
 *
 * <p>All that is wrong is reported at once. Of what comes from {@code ${file:…}} or {@code ${env:…}} and of
 * the values of secret options nothing is ever shown.
 */
public final class ConfigReader {

    private static final int MAX_NAME = 64;

    private final SinkTypes types;
    private final Map<String, String> environment;
    private final Supplier<String> hostName;
    private final LongUnaryOperator roomInQuota;

    /**
     * A reader.
     *
     * @param adapters the adapters that there are
     * @param environment what {@code ${env:…}} may name, and the {@code HOLDFAST_…} that stand for keys
     * @param hostName what the gateway is called when the file does not say it; made fit for a name
     * @param roomInQuota how many bytes of messages find room in a store of that many bytes
     * @throws IllegalArgumentException if an adapter describes itself in a way that can't be read
     */
    public ConfigReader(
            Adapters adapters,
            Map<String, String> environment,
            Supplier<String> hostName,
            LongUnaryOperator roomInQuota) {
        this.types = new SinkTypes(adapters);
        this.environment = Map.copyOf(environment);
        this.hostName = hostName;
        this.roomInQuota = roomInQuota;
    }

    /** The configuration of a gateway without a file. */
    public GatewayConfig defaults() {
        return read(ConfigFiles.NONE);
    }

    /** Reads a file and those beside it. */
    public GatewayConfig read(Path file) {
        return read(ConfigFiles.of(file));
    }

    /**
     * Reads files of at most 1 MiB each, and what the environment says.
     *
     * @throws ConfigException if one can't be read, or with all that is wrong with them
     */
    public GatewayConfig read(ConfigFiles files) {
        return read(files, (root, problems, sources) -> gateway(root, problems));
    }

    /** Where the admin port is, and the store, in whose directory its token lies. */
    public record AdminPlace(InetSocketAddress bind, Path store) {}

    /**
     * Reads only where the admin port is to be and where the store is, and nothing that a secret could stand in for.
     *
     * @throws ConfigException if a file can't be read or is no YAML, or with what is wrong with these
     */
    public AdminPlace readAdminPlace(ConfigFiles files) {
        return read(
                files,
                (root, problems, sources) -> new AdminPlace(
                        root.section(Layout.ADMIN).get(Layout.ADMIN_BIND),
                        root.section(Layout.STORE).get(Layout.STORE_PATH)));
    }

    /** What a configuration is read from, in one line for people. */
    public String sources(ConfigFiles files) {
        StringJoiner all = new StringJoiner(", ");
        files.all().forEach(file -> all.add(file.toString()));
        if (files.isEmpty()) {
            all.add("no file, safe defaults");
        }
        int overrides = Overrides.among(environment).size();
        if (overrides > 0) {
            all.add(overrides + (overrides == 1 ? " value" : " values") + " from the environment");
        }
        return all.toString();
    }

    /** Makes something of what was read. */
    interface Reading<T> {

        T of(Fields root, Problems problems, Sources sources);
    }

    <T> T read(ConfigFiles files, Reading<T> reading) {
        Problems problems = new Problems();
        Sources sources = new Sources(types, problems);
        SortedMap<String, String> variables = Overrides.among(environment);
        Optional<T> config = sources.read(files)
                .map(tree -> variables.isEmpty() ? tree : Overrides.apply(variables, tree, types, sources, problems))
                .map(tree -> reading.of(
                        Fields.root(tree, new References(environment, problems), problems), problems, sources));
        problems.throwIfAny(sources);
        return config.orElseThrow();
    }

    SinkTypes types() {
        return types;
    }

    GatewayConfig gateway(Fields root, Problems problems) {
        Fields gateway = root.section(Layout.GATEWAY);
        Fields admin = root.section(Layout.ADMIN);
        Fields listen = root.section(Layout.LISTEN);
        ListenReader.Read in = new ListenReader(problems).read(listen, root.section(Layout.ACCESS));
        Optional<InetSocketAddress> adminBind = admin.read(Layout.ADMIN_BIND);
        List<Port> ports = new ArrayList<>(in.ports());
        adminBind.ifPresent(bind -> ports.add(Port.of(admin, Layout.ADMIN_BIND, bind)));
        reportClashes(ports, problems);
        String gatewayId = gateway.find(Layout.GATEWAY_ID).orElseGet(this::nameOfHost);
        Fields store = root.section(Layout.STORE);
        Optional<ByteSize> quota = store.read(Layout.STORE_QUOTA);
        List<TapReader.Read> taps = new TapReader(types, in.listen(), problems).read(root.list(Layout.TAPS), gatewayId);
        return new GatewayConfig(
                gatewayId,
                new StoreConfig(
                        store.get(Layout.STORE_PATH),
                        quota.orElseGet(Layout.STORE_QUOTA::defaultValue).bytes(),
                        store.get(Layout.STORE_COMMIT_EVERY)),
                new LaneReader(roomInQuota, problems).read(root.list(Layout.LANES), store, quota),
                in.listen(),
                in.access(),
                taps.stream().map(TapReader.Read::config).toList(),
                new RouteReader(types, in.listen(), taps, problems).read(root.list(Layout.ROUTES), gatewayId),
                new AdminConfig(adminBind.orElseGet(Layout.ADMIN_BIND::defaultValue)));
    }

    /** Two that ask for the same port. */
    private static void reportClashes(List<Port> ports, Problems problems) {
        for (int i = 0; i < ports.size(); i++) {
            for (int j = 0; j < i; j++) {
                Port one = ports.get(i);
                Port other = ports.get(j);
                if (Addresses.clash(one.bind(), other.bind())) {
                    problems.add(
                            one.place().or(other::place).orElse(Place.WHOLE),
                            one.key() + " and " + other.key() + " ask for the same port",
                            "give one of them another port");
                }
            }
        }
    }

    /** The host name with what a name may not have replaced. */
    private String nameOfHost() {
        String name = hostName.get().replaceAll("[^A-Za-z0-9_.-]", "-").replaceAll("^[_.-]+", "");
        return name.isEmpty() ? "holdfast" : name.substring(0, Math.min(name.length(), MAX_NAME));
    }
}
