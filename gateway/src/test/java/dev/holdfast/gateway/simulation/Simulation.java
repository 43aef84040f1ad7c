package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.journal.MemoryStore;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreFullException;
import dev.holdfast.gateway.simulation.SimulatedStore.Fault;
import dev.holdfast.sink.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One seed: a gateway, its devices and its upstreams, some hundred steps with faults, and then as many as it takes until
 * everything is delivered. The same seed does the same.
 *
 * <p>Held after each step, by the {@link ModelLedger} and the {@link RouteLedger}: I1 what was acknowledged is accounted
 * for; I2 first deliveries in order; I3 nothing is sent again without a reason; I5 no unexpected error, and everything
 * drains when the faults end. A sequence never stands for two messages, {@code previous} names the message before, and
 * what is sent again is the same; the gateway's own counters are right.
 */
final class Simulation {

    private static final int MAX_ROUNDS = 5_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    /** Between messages that devices publish when the faults are over: long enough for all that goes by attempts. */
    private static final long PUBLISH_NANOS = 120 * SECOND;

    private static final long DAY_MILLIS = 86_400_000;
    private static final Fault[] FAILURES = {Fault.FAIL, Fault.FAIL_AND_SHOW, Fault.FAIL_AND_LAND};
    private static final Fault[] CUTS = {Fault.CUT_BEFORE, Fault.CUT_DURING, Fault.CUT_AFTER};

    private final SplittableRandom random;
    private final Mutant mutant;
    private final Setup setup;
    private final SimulatedClock clock = new SimulatedClock();
    private final Schedule schedule;
    private final Trace trace;
    private final ModelLedger ledger;
    private final List<Upstream> upstreams = new ArrayList<>();
    private final List<SimulatedDevice> devices = new ArrayList<>();

    private MemoryStore disk = new MemoryStore();
    private SimulatedStore store = new SimulatedStore(disk, false);
    private @Nullable SimulatedGateway gateway;

    /** A commit has failed: the process ends soon, and its other threads do not know yet. */
    private boolean dying;

    private long diskBytes = Long.MAX_VALUE;
    private boolean landing;
    private int callbacksBeforeCut = Integer.MAX_VALUE;
    private int lookedAfter;

    Simulation(long seed, Mutant mutant, boolean tracing) {
        this.random = new SplittableRandom(seed);
        this.mutant = mutant;
        this.setup = Setup.draw(random);
        this.schedule = new Schedule(random);
        this.trace = new Trace(tracing, clock);
        this.ledger = new ModelLedger(setup, clock);
        for (int i = 0; i < setup.routes().size(); i++) {
            upstreams.add(new Upstream(ledger.route(i), random.split()));
        }
        for (int i = 0; i < setup.devices(); i++) {
            devices.add(new SimulatedDevice(i, setup, ledger, random.split()));
        }
    }

    /** Runs it; whatever is thrown is a failure. */
    void run() {
        for (int i = 0; i < setup.steps(); i++) {
            guarded(this::step);
        }
        drain();
    }

    /** The last steps, when tracing. */
    @Override
    public String toString() {
        return setup + "\n" + trace + "\n" + ledger + "\n" + devices;
    }

    // --- a step -------------------------------------------------------------------------------------------------

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (PowerCut e) {
            trace.say("the process ends: %s", e.where());
            endProcess();
        }
        look();
    }

    private void look() {
        if (store.commits() != lookedAfter) {
            lookedAfter = store.commits();
            ledger.look(disk, store.takeAppended());
        }
        SimulatedGateway running = gateway;
        if (running != null && !dying) {
            ledger.checkCounters(running.lanes());
        }
    }

    private void step() {
        SimulatedGateway running = gateway;
        Action action = schedule.next();
        if (running == null) {
            if (!passTime(action) && random.nextInt(8) == 0) {
                start(random.nextInt(6) == 0);
            }
        } else if (!passTime(action) && !disturb(action, running)) {
            proceed(action, running);
        }
    }

    private boolean passTime(Action action) {
        switch (action) {
            case PASS_MILLISECONDS -> pass(random.nextLong(1, 150) * MILLI);
            case PASS_SECONDS -> pass(random.nextLong(1, 41) * SECOND);
            case PASS_HOURS -> pass(random.nextLong(1, 50) * 3_600 * SECOND);
            case SET_CLOCK -> setClock();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void pass(long nanos) {
        clock.advanceNanos(nanos);
        trace.say("%d ms pass", nanos / MILLI);
    }

    private void setClock() {
        if (random.nextBoolean()) {
            clock.synchronise();
            trace.say("the wall clock is synchronised");
        } else {
            long wrongBy = random.nextLong(-400 * DAY_MILLIS, 400 * DAY_MILLIS);
            clock.setWrongBy(wrongBy);
            trace.say("the wall clock is set wrong by %d ms", wrongBy);
        }
    }

    private void proceed(Action action, SimulatedGateway running) {
        SimulatedDevice device = devices.get(random.nextInt(devices.size()));
        int route = random.nextInt(upstreams.size());
        SimulatedSink sink = running.sink(route);
        int count = 1 + random.nextInt(6);
        switch (action) {
            case COMMIT -> commit(running);
            case FORWARD -> trace.say("route%d steps, waits %d ns", route, running.stepForwarder(route));
            case PUBLISH -> publish(device, running, count);
            case READ_ACKNOWLEDGEMENTS -> {
                device.read(count);
                device.proceed();
            }
            case CARRY -> {
                trace.say("route%d: %d of %d messages arrive", route, count, sink.underWay());
                sink.carry(count);
                sink.settleStale();
            }
            case ANSWER -> {
                trace.say("route%d: %d of %d answers arrive", route, count, sink.answers());
                sink.answer(count, random.nextInt(4) > 0);
            }
            case ANSWER_CONNECT -> answerConnect(route, sink);
            default -> throw new AssertionError(action);
        }
    }

    private void commit(SimulatedGateway running) {
        if (dying) {
            throw new PowerCut("after a failed commit");
        }
        try {
            trace.say("committer steps, waits %d ns", running.stepCommitter());
        } catch (StoreException e) {
            if (!store.hasFailed() && !store.isFailingReads()) {
                throw e;
            }
            trace.say("commit fails");
            dying = true;
        }
    }

    private void publish(SimulatedDevice device, SimulatedGateway running, int count) {
        if (device.isConnected()) {
            int published = device.publish(count, false);
            trace.say("%s publishes %d", device, published);
            device.proceed();
        } else {
            device.connect(running.intake(), this::beforeAcknowledging);
            trace.say("%s connects", device);
        }
    }

    private void beforeAcknowledging() {
        if (callbacksBeforeCut-- == 0) {
            throw new PowerCut("between a commit and an acknowledgement");
        }
    }

    private void answerConnect(int route, SimulatedSink sink) {
        if (sink.isGoingDown()) {
            trace.say("route%d: the loss of the link is noticed", route);
            sink.noticeLoss();
        } else if (sink.isAsked()) {
            if (upstreams.get(route).isReachable()) {
                int limit = 1 + random.nextInt(10);
                trace.say("route%d: link comes up, takes %d", route, limit);
                sink.up(limit);
            } else {
                trace.say("route%d: link is refused", route);
                sink.refuse(random.nextBoolean() ? Link.Hint.LOST : Link.Hint.REFUSED);
            }
        }
    }

    // --- faults -------------------------------------------------------------------------------------------------

    private boolean disturb(Action action, SimulatedGateway running) {
        int route = random.nextInt(upstreams.size());
        switch (action) {
            case LOSE_DEVICE -> loseDevice(devices.get(random.nextInt(devices.size())));
            case LOSE_LINK -> loseLink(route, running.sink(route));
            case CHANGE_MOOD -> changeMood(route);
            case CHANGE_REACHABILITY -> {
                Upstream upstream = upstreams.get(route);
                upstream.setReachable(!upstream.isReachable());
                trace.say("upstream %d is %s", route, upstream.isReachable() ? "there" : "away");
            }
            case FAIL_READS -> {
                boolean failing = random.nextBoolean();
                store.failReads(failing);
                trace.say("reads %s", failing ? "fail" : "work");
            }
            case CHANGE_DISK -> changeDisk();
            case FAIL_COMMIT -> plan(FAILURES[random.nextInt(FAILURES.length)]);
            case CUT_COMMIT -> plan(CUTS[random.nextInt(CUTS.length)]);
            case CUT_CALLBACK -> callbacksBeforeCut = random.nextInt(4);
            case KILL -> throw new PowerCut("kill");
            case STOP -> stop(running);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void plan(Fault fault) {
        int commits = random.nextInt(4);
        trace.say("planned: %s at commit %d from now", fault, commits);
        store.plan(fault, commits);
    }

    private void changeDisk() {
        long used = disk.space().usedBytes();
        diskBytes = random.nextBoolean() ? Long.MAX_VALUE : used + random.nextInt(3_000);
        landing = random.nextBoolean();
        store.limit(diskBytes, landing);
        trace.say("the disk holds %d bytes of %d, more %s", used, diskBytes, landing ? "land" : "do not land");
    }

    private void loseDevice(SimulatedDevice device) {
        device.disconnect(random.nextInt(4));
        trace.say("%s loses its connection", device);
    }

    private void loseLink(int route, SimulatedSink sink) {
        if (sink.isUp()) {
            boolean outcomesLater = random.nextBoolean();
            boolean noticedLater = !outcomesLater && random.nextBoolean();
            trace.say(
                    "route%d: link is lost, outcomes %s, noticed %s",
                    route, outcomesLater ? "later" : "first", noticedLater ? "later" : "at once");
            sink.lose(outcomesLater, noticedLater);
        }
    }

    private void changeMood(int route) {
        Upstream.Mood[] moods = Upstream.Mood.values();
        Upstream.Mood mood = moods[random.nextInt(moods.length)];
        upstreams.get(route).setMood(mood);
        trace.say("upstream %d is %s", route, mood);
    }

    // --- the process --------------------------------------------------------------------------------------------

    private void start(boolean withFault) {
        store = new SimulatedStore(disk, mutant.losesTheLastCommit());
        store.limit(diskBytes, landing);
        lookedAfter = 0;
        if (withFault) {
            store.plan(CUTS[random.nextInt(CUTS.length)], 0);
        }
        try {
            gateway = new SimulatedGateway(setup, store, clock, upstreams, ledger, random.split(), mutant);
            trace.say("the gateway starts");
        } catch (StoreFullException e) {
            trace.say("the gateway finds no space to start");
            endProcess();
        }
    }

    private void stop(SimulatedGateway running) {
        if (dying || !running.isQuiet()) {
            return;
        }
        trace.say("the gateway is stopped");
        try {
            running.stop();
        } catch (StoreException e) {
            if (!store.hasFailed() && !store.isFailingReads()) {
                throw e;
            }
        }
        endProcess();
    }

    private void endProcess() {
        SimulatedGateway ended = gateway;
        for (SimulatedDevice device : devices) {
            device.disconnect(random.nextInt(4));
        }
        for (int i = 0; ended != null && i < upstreams.size(); i++) {
            ended.sink(i).carry(random.nextInt(4)); // what the kernel had already
        }
        gateway = null;
        dying = false;
        callbacksBeforeCut = Integer.MAX_VALUE;
        disk = store.afterCrash();
        ledger.look(disk, store.takeAppended());
        lookedAfter = store.commits();
        for (int i = 0; i < upstreams.size(); i++) {
            ledger.route(i).startedAgain();
        }
        if (random.nextBoolean()) {
            clock.reboot(random.nextBoolean());
        }
    }

    // --- the end ------------------------------------------------------------------------------------------------

    /** The faults end: everything that can be delivered is, in bounded time. */
    private void drain() {
        trace.say("the faults end");
        if (dying) {
            guarded(() -> {
                throw new PowerCut("after a failed commit");
            });
        }
        diskBytes = Long.MAX_VALUE;
        store.heal();
        callbacksBeforeCut = Integer.MAX_VALUE;
        upstreams.forEach(upstream -> {
            upstream.setMood(Upstream.Mood.WELL);
            upstream.setReachable(true);
        });
        if (gateway == null) {
            guarded(() -> start(false));
        }
        String left = whatIsLeft();
        long publishAtNanos = clock.trueNanos();
        for (int round = 0; !left.isEmpty(); round++) {
            if (round == MAX_ROUNDS) {
                throw new AssertionError("I5: nothing moves any more: " + left);
            }
            boolean publishing = clock.trueNanos() >= publishAtNanos;
            publishAtNanos += publishing ? PUBLISH_NANOS : 0;
            guarded(() -> drainRound(publishing));
            left = whatIsLeft();
        }
    }

    /** What is not as it has to be in the end; empty when everything is. */
    private String whatIsLeft() {
        SimulatedGateway running = gateway;
        if (running == null) {
            return "the process has ended";
        }
        for (SimulatedDevice device : devices) {
            if (!device.isIdle()) {
                return device.toString();
            }
        }
        String left = ledger.whatIsLeft();
        for (int i = 0; i < upstreams.size() && left.isEmpty(); i++) {
            left = ledger.route(i).whatIsLeft(running.status(i), running.lanes());
        }
        return left;
    }

    private void drainRound(boolean publishing) {
        SimulatedGateway running = gateway;
        if (running == null) {
            throw new AssertionError("the process has ended without a fault");
        }
        for (SimulatedDevice device : devices) {
            if (!device.isConnected()) {
                device.connect(running.intake(), () -> {});
            }
            device.proceed();
            device.read(Integer.MAX_VALUE);
            if (publishing) { // something behind a message that is suspected, to see whether the upstream takes
                // anything
                device.publish(Setup.KINDS.size(), true);
            }
        }
        long wait = running.stepCommitter();
        look();
        for (int i = 0; i < upstreams.size(); i++) {
            wait = Math.min(wait, running.stepForwarder(i));
            SimulatedSink sink = running.sink(i);
            sink.settleStale();
            answerConnect(i, sink);
            sink.carry(Integer.MAX_VALUE);
            sink.answer(Integer.MAX_VALUE, true);
        }
        clock.advanceNanos(Math.max(wait, 10 * MILLI));
    }
}
