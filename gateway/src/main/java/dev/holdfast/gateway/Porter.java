package dev.holdfast.gateway;

import dev.holdfast.gateway.access.Passwords;
import dev.holdfast.gateway.access.PublishRules;
import dev.holdfast.gateway.access.Users;
import dev.holdfast.gateway.access.Watched;
import dev.holdfast.gateway.config.AccessConfig;
import dev.holdfast.gateway.config.GateConfig;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.config.ListenConfig;
import dev.holdfast.gateway.config.ListenerConfig;
import dev.holdfast.gateway.config.TlsConfig;
import dev.holdfast.gateway.ingest.mqtt.ClientTls;
import dev.holdfast.gateway.ingest.mqtt.Doorkeeper;
import dev.holdfast.gateway.ingest.mqtt.ServerTls;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.time.Clock;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets clients in: by the users, the rules and the certificates of a configuration, whose files it looks at now and then.
 * Thread-safe.
 */
public final class Porter implements Doorkeeper, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Porter.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofDays(30);

    private final Clock clock;
    private final @Nullable Watched<Users> users;
    private final @Nullable Passwords passwords;
    private final @Nullable PublishRules rules;
    private final Map<TlsConfig, Watched<ServerTls>> certificates = new HashMap<>();
    private final Map<GateConfig.Tls, Watched<ClientTls>> brokers = new HashMap<>();
    private final ScheduledExecutorService watcher;

    /**
     * Reads all the files.
     *
     * @throws dev.holdfast.gateway.access.AccessException if one of them can't be used
     */
    Porter(ListenConfig listen, AccessConfig access, Clock clock) {
        this.clock = clock;
        users = access.users()
                .map(file -> Watched.open("the users file", List.of(file), contents -> Users.parse(contents.get(0))))
                .orElse(null);
        passwords = users == null ? null : new Passwords(users::current, clock);
        rules = access.publish()
                .map(all -> new PublishRules(all.stream()
                        .map(rule -> new PublishRules.Rule(rule.users(), rule.clients(), rule.topics()))
                        .toList()))
                .orElse(null);
        for (ListenerConfig listener : listen.listeners()) {
            listener.tls().ifPresent(tls -> certificates.put(tls, watched(listener.scheme(), tls)));
            listener.gate()
                    .flatMap(GateConfig::tls)
                    .ifPresent(tls -> brokers.put(tls, brokerFiles(listener.scheme(), tls)));
        }
        warnings().forEach(warning -> LOG.warn("{}", warning));
        listen.listeners().stream()
                .filter(ListenerConfig::anonymous)
                .forEach(listener -> LOG.warn(
                        "anybody who reaches it may publish listener={} bind={}: anonymous is true",
                        listener.scheme(),
                        listener.bind()));
        watcher = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "file-watcher");
            thread.setDaemon(true);
            return thread;
        });
        if (users != null || !certificates.isEmpty() || !brokers.isEmpty()) {
            var unused = watcher.scheduleWithFixedDelay(
                    this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Reads all the files of a configuration as a start would, and returns what people should know of.
     *
     * @throws dev.holdfast.gateway.access.AccessException if one of them can't be used
     */
    public static List<String> examine(GatewayConfig config, Clock clock) {
        try (Porter porter = new Porter(config.listen(), config.access(), clock)) {
            return porter.warnings();
        }
    }

    private Watched<ServerTls> watched(String scheme, TlsConfig tls) {
        List<Path> files = new ArrayList<>(List.of(tls.certificate(), tls.key()));
        tls.clientCa().ifPresent(files::add);
        return Watched.open("the certificate of listen." + scheme, files, new CertificateLoader(tls));
    }

    private static Watched<ClientTls> brokerFiles(String scheme, GateConfig.Tls tls) {
        List<Path> files = new ArrayList<>();
        tls.authorities().ifPresent(files::add);
        tls.own().ifPresent(own -> files.addAll(List.of(own.certificate(), own.key())));
        return Watched.open("TLS to the broker of listen." + scheme, files, contents -> {
            Iterator<byte[]> next = contents.iterator();
            byte[] authorities = tls.authorities().isPresent() ? next.next() : null;
            boolean own = tls.own().isPresent();
            return ClientTls.of(authorities, own ? next.next() : null, own ? next.next() : null);
        });
    }

    /** Takes a new certificate only if it is not worse than the one before. */
    private final class CertificateLoader implements Watched.Loader<ServerTls> {

        private final TlsConfig config;
        private @Nullable ServerTls before;

        CertificateLoader(TlsConfig config) {
            this.config = config;
        }

        @Override
        public ServerTls load(List<byte[]> contents) {
            byte[] clientCa = config.clientCa().isPresent() ? contents.get(2) : null;
            ServerTls made =
                    ServerTls.of(contents.get(0), contents.get(1), clientCa, config.clientCertificateRequired());
            ServerTls last = before;
            if (last != null && !isValid(made) && isValid(last)) {
                throw new IllegalArgumentException("the certificate is valid from " + made.validFrom() + " until "
                        + made.validUntil() + ", which is not now, and the one before is");
            }
            before = made;
            return made;
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.wallMillis());
    }

    private boolean isValid(ServerTls tls) {
        return now().isAfter(tls.validFrom()) && now().isBefore(tls.validUntil());
    }

    private void look() {
        try {
            if (users != null) {
                users.poll();
            }
            certificates.values().forEach(Watched::poll);
            brokers.values().forEach(Watched::poll);
        } catch (RuntimeException e) { // or nobody would look any more
            LOG.error("files can't be looked at", e);
        }
    }

    /** What people should know of: files that are not used as they are, certificates that end soon. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (users != null) {
            users.problem().ifPresent(problem -> warnings.add("users as before: " + problem));
        }
        brokers.values()
                .forEach(watched -> watched.problem()
                        .ifPresent(problem -> warnings.add("TLS to the broker as before: " + problem)));
        certificates.forEach((config, watched) -> {
            watched.problem().ifPresent(problem -> warnings.add("certificate as before: " + problem));
            ServerTls tls = watched.current();
            Duration left = Duration.between(now(), tls.validUntil());
            if (!isValid(tls)) {
                warnings.add("certificate " + config.certificate() + " is not valid now: from " + tls.validFrom()
                        + " until " + tls.validUntil());
            } else if (left.compareTo(SOON) < 0) {
                warnings.add("certificate " + config.certificate() + " ends in " + left.toDays() + " days");
            }
        });
        return warnings;
    }

    /** The certificate of a listener, as it is at each time. */
    Supplier<ServerTls> tls(TlsConfig config) {
        Watched<ServerTls> watched = certificates.get(config);
        if (watched == null) {
            throw new IllegalArgumentException("no listener has this certificate: " + config);
        }
        return watched::current;
    }

    /** What TLS to the broker of a gate needs, as it is at each time. */
    Supplier<ClientTls> brokerTls(GateConfig.Tls config) {
        Watched<ClientTls> watched = brokers.get(config);
        if (watched == null) {
            throw new IllegalArgumentException("no gate has these files: " + config);
        }
        return watched::current;
    }

    @Override
    public boolean knowsUsers() {
        return passwords != null;
    }

    @Override
    public void check(String user, byte[] password, @Nullable InetAddress from, Consumer<Verdict> whenDecided) {
        if (passwords == null) {
            throw new IllegalStateException("there are no users");
        }
        passwords.check(
                user,
                password,
                from,
                verdict -> whenDecided.accept(
                        switch (verdict) {
                            case RIGHT -> Verdict.RIGHT;
                            case WRONG -> Verdict.WRONG;
                            case BUSY -> Verdict.BUSY;
                        }));
    }

    @Override
    public Grant grant(@Nullable String user, String clientId) {
        if (rules == null) {
            return topic -> true;
        }
        PublishRules.Grant grant = rules.grant(user, clientId);
        return (Topic topic) -> grant.allows(topic);
    }

    @Override
    public void close() {
        watcher.shutdownNow();
        if (passwords != null) {
            passwords.close();
        }
    }
}
