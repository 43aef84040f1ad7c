package dev.holdfast.gateway;

import dev.holdfast.gateway.admin.AdminServer;
import dev.holdfast.gateway.admin.AdminToken;
import dev.holdfast.gateway.admin.StatusSource;
import dev.holdfast.gateway.agent.AgentRunner;
import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.audit.AuditTrail;
import dev.holdfast.gateway.config.Adapters;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.config.RouteConfig;
import dev.holdfast.gateway.config.RouteFrom;
import dev.holdfast.gateway.forward.Forwarder;
import dev.holdfast.gateway.forward.ForwarderOptions;
import dev.holdfast.gateway.ingest.mqtt.FrontDoor;
import dev.holdfast.gateway.ingest.tap.TapAgent;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.RouteInterest;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.xodus.XodusStore;
import dev.holdfast.gateway.route.Entrances;
import dev.holdfast.gateway.route.Interest;
import dev.holdfast.gateway.route.TopicFilter;
import dev.holdfast.gateway.time.Clock;
import dev.holdfast.sink.Sink;
import dev.holdfast.tap.Tap;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway.
 *
 * <p>Started from the inside out: store, journal, routes, status, and last the front door, so that nothing is accepted
 * before it can be kept. Closed the other way round: what was accepted becomes durable and is acknowledged, routes hand
 * in their progress, the store is closed.
 */
public final class Gateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final StoreJournal journal;
    private final FrontDoor frontDoor;
    private final AdminServer admin;
    private final List<StatusSource.Destination> destinations;

    /** What is to be closed, the last started first. */
    private final Deque<AutoCloseable> running;

    private Gateway(
            StoreJournal journal,
            FrontDoor frontDoor,
            AdminServer admin,
            List<StatusSource.Destination> destinations,
            Deque<AutoCloseable> running) {
        this.journal = journal;
        this.frontDoor = frontDoor;
        this.admin = admin;
        this.destinations = destinations;
        this.running = running;
    }

    /**
     * Starts a gateway.
     *
     * @param adapters the adapters there are
     * @param onFailure told when a commit fails or an agent ends: the process must end then, without a goodbye
     * @throws dev.holdfast.gateway.config.ConfigException if a sink can't be made of its configuration
     * @throws dev.holdfast.gateway.access.AccessException if users or certificates can't be read
     * @throws dev.holdfast.gateway.journal.StoreException if the store can't be opened
     * @throws dev.holdfast.gateway.ingest.mqtt.FrontDoorException if the MQTT address can't be had
     * @throws dev.holdfast.gateway.admin.AdminException if the HTTP address can't be had
     */
    public static Gateway start(GatewayConfig config, Adapters adapters, Clock clock, Consumer<Throwable> onFailure) {
        Deque<AutoCloseable> running = new ArrayDeque<>();
        try {
            return start(config, adapters, clock, onFailure, running);
        } catch (RuntimeException e) {
            closeAll(running);
            throw e;
        }
    }

    private static Gateway start(
            GatewayConfig config,
            Adapters adapters,
            Clock clock,
            Consumer<Throwable> onFailure,
            Deque<AutoCloseable> running) {
        List<Sink> sinks = Sinks.open(config, adapters, clock);
        sinks.forEach(running::push);
        List<Interest> interests = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            interests.add(new Interest(
                    route.name(),
                    route.topics().stream().map(TopicFilter::of).toList(),
                    entrances(route.from()),
                    route.gaps()));
        }

        List<Tap> taps = Taps.open(config, adapters);
        taps.forEach(running::push);

        Porter porter = new Porter(config.listen(), config.access(), clock);
        running.push(porter);
        long reserveBytes = JournalOptions.reserveFor(config.store().quotaBytes());
        XodusStore store = XodusStore.open(config.store().path(), reserveBytes);
        running.push(store);
        Lanes lanes = new Lanes(config.lanes());
        StoreJournal journal = openJournal(store, options(config, lanes, interests), clock, running);
        journal.start(onFailure);

        List<StatusSource.Destination> destinations = new ArrayList<>();
        for (int i = 0; i < sinks.size(); i++) {
            RouteConfig route = config.routes().get(i);
            ForwarderOptions options = ForwarderOptions.of(
                    config.gatewayId(), interests.get(i), route.window(), route.attempts(), route.ackTimeout());
            Signal signal = new Signal();
            Forwarder forwarder = new Forwarder(options, journal, sinks.get(i), clock, signal, new SplittableRandom());
            running.push(AgentRunner.start(forwarder, signal, onFailure));
            destinations.add(
                    new StatusSource.Destination(forwarder, sinks.get(i).target()));
        }

        FrontDoor frontDoor = FrontDoor.open(
                FrontDoors.options(config.listen(), porter::tls, porter::brokerTls),
                porter,
                journal,
                lanes::laneOf,
                clock);
        running.push(frontDoor);
        AuditTrail audit = new AuditTrail(journal);
        List<StatusSource.Source> sources = new ArrayList<>();
        for (int i = 0; i < taps.size(); i++) {
            Signal signal = new Signal();
            TapAgent agent = new TapAgent(
                    config.gatewayId(),
                    config.taps().get(i).name(),
                    taps.get(i),
                    journal,
                    audit,
                    lanes::laneOf,
                    clock,
                    signal,
                    new SplittableRandom());
            running.push(AgentRunner.start(agent, signal, onFailure));
            sources.add(new StatusSource.Source(agent, taps.get(i).target()));
        }
        StatusSource status = new StatusSource(
                new StatusSource.Identity(
                        config.gatewayId(),
                        Version.current(),
                        config.store().path(),
                        config.store().quotaBytes(),
                        lanes.reachable()),
                journal,
                audit,
                frontDoor,
                porter::warnings,
                sources,
                destinations,
                clock);
        AdminServer admin = new AdminServer(
                FrontDoors.resolved(config.admin().bind()),
                AdminToken.ofStore(config.store().path()),
                status);
        running.pop();
        running.push(admin);
        running.push(frontDoor); // closed before the status, which says meanwhile that it is going down
        return new Gateway(journal, frontDoor, admin, destinations, running);
    }

    private static Entrances entrances(RouteFrom from) {
        return from.only() ? Entrances.only(from.entrances()) : Entrances.allBut(from.entrances());
    }

    private static JournalOptions options(GatewayConfig config, Lanes lanes, List<Interest> interests) {
        List<RouteInterest> routes = List.copyOf(interests);
        JournalOptions options = JournalOptions.defaults(routes)
                .withLanes(lanes.options())
                .withQuota(config.store().quotaBytes())
                .withCommitEvery(config.store().commitEvery());
        boolean told = config.routes().stream().anyMatch(RouteConfig::gaps);
        return told ? options.withGapNotice(new GapMessages(config.gatewayId(), lanes)) : options;
    }

    private static StoreJournal openJournal(
            XodusStore store, JournalOptions options, Clock clock, Deque<AutoCloseable> running) {
        StoreJournal journal = StoreJournal.open(store, options, clock);
        running.pop(); // the journal closes the store
        running.push(journal);
        return journal;
    }

    /** The first address where devices publish. */
    public InetSocketAddress mqttAddress() {
        return frontDoor.address();
    }

    /** Where devices publish, each address as a client names it. */
    public List<String> mqttAddresses() {
        return frontDoor.addresses();
    }

    /** Where the status is. */
    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    /** The lanes as they are now. */
    public List<LaneState> lanes() {
        return journal.lanes();
    }

    /** The routes and where they go. */
    public List<StatusSource.Destination> destinations() {
        return destinations;
    }

    /** Drains and stops: see the class comment. Takes some seconds at most, unless the disk hangs. */
    @Override
    public void close() {
        admin.drain();
        closeAll(running);
    }

    private static void closeAll(Deque<AutoCloseable> running) {
        for (AutoCloseable part = running.poll(); part != null; part = running.poll()) {
            try {
                part.close();
            } catch (Exception e) { // the others must be closed all the same
                LOG.error("could not be closed part={}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
