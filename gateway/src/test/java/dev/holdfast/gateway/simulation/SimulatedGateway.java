package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.forward.Forwarder;
import dev.holdfast.gateway.forward.RouteStatus;
import dev.holdfast.gateway.journal.Intake;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.StoreJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One run of the gateway: the real journal and the real forwarders, as the production code wires them. */
final class SimulatedGateway {

    private static final String INJECTED = "simulated bad sector";

    private final SimulatedStore store;
    private final ModelLedger ledger;
    private final StoreJournal journal;
    private final Journal seen;
    private final List<SimulatedSink> sinks = new ArrayList<>();
    private final List<Forwarder> forwarders = new ArrayList<>();

    SimulatedGateway(
            Setup setup,
            SimulatedStore store,
            SimulatedClock clock,
            List<Upstream> upstreams,
            ModelLedger ledger,
            SplittableRandom random,
            Mutant mutant) {
        this.store = store;
        this.ledger = ledger;
        this.journal = StoreJournal.open(mutant.store(store), mutant.options(setup.journalOptions()), clock);
        this.seen = mutant.journal(journal);
        for (int i = 0; i < upstreams.size(); i++) {
            Setup.Route route = setup.routes().get(i);
            SimulatedSink sink = new SimulatedSink(upstreams.get(i), ledger.route(i), random.split(), route.window());
            sinks.add(sink);
            forwarders.add(
                    new Forwarder(route.options(), seen, mutant.sink(sink), clock, new Signal(), random.split()));
        }
    }

    /** Where devices hand in. */
    Intake intake() {
        return seen;
    }

    SimulatedSink sink(int route) {
        return sinks.get(route);
    }

    List<LaneState> lanes() {
        return journal.lanes();
    }

    RouteStatus status(int route) {
        return forwarders.get(route).status();
    }

    /** Returns what the agent does. */
    long stepCommitter() {
        long wait = journal.committer().doWork();
        for (int i = 0; i < forwarders.size() && !store.isFull(); i++) {
            ledger.route(i).committerStepped();
        }
        return wait;
    }

    /** Returns what the agent does. An error of its own is accepted from it only when a read or a commit was made to fail. */
    long stepForwarder(int route) {
        int failedReads = store.failedReads();
        long wait = forwarders.get(route).doWork();
        if (store.failedReads() > failedReads || journal.stats().failed()) {
            ledger.route(route).startedAgain();
        } else {
            ledger.route(route).forwarderStepped();
        }
        String error = forwarders.get(route).status().lastError();
        if (error.startsWith("internal error")
                && !error.contains(INJECTED)
                && !journal.stats().failed()) {
            throw new AssertionError("I5: route " + route + ": " + error);
        }
        return wait;
    }

    /** Whether it can be stopped without waiting for a sink. */
    boolean isQuiet() {
        return sinks.stream().allMatch(SimulatedSink::isQuiet);
    }

    /** Stops as the production code does: first the routes, then the journal. */
    void stop() {
        forwarders.forEach(Forwarder::onClose);
        journal.committer().onClose();
        for (int i = 0; i < forwarders.size() && !store.isFull(); i++) {
            ledger.route(i).stopped();
        }
        journal.close();
    }
}
