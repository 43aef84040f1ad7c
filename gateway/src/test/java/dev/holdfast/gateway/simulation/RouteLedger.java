package dev.holdfast.gateway.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.forward.RouteStatus;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.simulation.StoredCopy.Fate;
import dev.holdfast.sink.Identity;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The deliveries of one route. Holds I2 (order) at each arrival, and I3 at each sending: a message is sent again only if
 * the sink gave it back, or if the process, or the route, ended before its progress had to be durable.
 */
final class RouteLedger {

    private static final long POST_NANOS = 20_000_000;
    private static final long WRITE_NANOS = 100_000_000;

    /** On its way from settled to durably settled. */
    private static final class Progress {
        final StoredCopy copy;
        long sinceNanos;
        boolean posted;
        boolean noticed;

        Progress(StoredCopy copy, long sinceNanos) {
            this.copy = copy;
            this.sinceNanos = sinceNanos;
        }
    }

    private final Setup.Route setup;
    private final int route;
    private final int bit;
    private final List<String> laneNames;
    private final ModelLedger ledger;
    private final GapLedger gaps;
    private final long commitNanos;
    private final SimulatedClock clock;

    /** What each device has published that the route wants, by lane; and how far all of it has arrived. */
    private final List<List<List<Published>>> inOrder = new ArrayList<>();

    private final int[][] arrivedTo;
    private final long[] lastWanted;

    private final List<StoredCopy> unfinished = new ArrayList<>();
    private final List<Progress> unwritten = new ArrayList<>();

    /** In flight at so many losses that they may be the reason, and not cleared of that. */
    private final Set<StoredCopy> suspects = new HashSet<>();

    private int inFlight;

    RouteLedger(Setup setup, int route, ModelLedger ledger, GapLedger gaps, SimulatedClock clock) {
        this.setup = setup.routes().get(route);
        this.route = route;
        this.bit = 1 << route;
        this.laneNames = setup.laneNames();
        this.commitNanos = setup.commitEvery().toNanos();
        this.ledger = ledger;
        this.gaps = gaps;
        this.clock = clock;
        int devices = setup.devices() + 1; // and the gateway itself
        this.arrivedTo = new int[devices][laneNames.size()];
        this.lastWanted = new long[laneNames.size()];
        for (int device = 0; device < devices; device++) {
            List<List<Published>> lanes = new ArrayList<>();
            laneNames.forEach(lane -> lanes.add(new ArrayList<>()));
            inOrder.add(lanes);
        }
    }

    private boolean wants(Published message) {
        return (message.wantedBy & bit) != 0;
    }

    void published(Published message) {
        if (wants(message)) {
            inOrder.get(message.device + 1).get(message.lane).add(message);
        }
    }

    void stored(StoredCopy copy) {
        if (wants(copy.message)) {
            copy.fates[route] = new Fate(lastWanted[copy.lane]);
            lastWanted[copy.lane] = copy.sequence;
            unfinished.add(copy);
        }
    }

    void deadLetter(StoredCopy copy) {
        Fate fate = copy.fate(route);
        boolean deserved = fate.rejected || fate.losses >= setup.attempts();
        if (!deserved) {
            throw new AssertionError(copy + " is a dead letter without having been refused: " + fate.state + ", "
                    + fate.losses + " links lost with it");
        }
        fate.deadLetter = true;
        copy.message.deadLetterOf |= bit;
        unwritten.add(new Progress(copy, clock.trueNanos()));
    }

    /** A message is not on disk any more; says whether that was before the route had it. */
    boolean gone(StoredCopy copy) {
        Published message = copy.message;
        if (!wants(message)) {
            return false;
        }
        unfinished.remove(copy);
        Fate fate = copy.fate(route);
        fate.gap = gaps.accountsFor(copy, setup, clock.trueMillis());
        boolean had = ((message.acceptedBy | message.deadLetterOf) & bit) != 0;
        if (!had && !fate.gap && !message.mayBeExpired(clock.trueMillis())) {
            throw new AssertionError(
                    "I1: " + setup.name() + ": " + copy + " is gone, was not settled, and is in none of " + gaps);
        }
        fate.durable |= fate.state == Fate.State.ACCEPTED;
        message.gapOf |= fate.gap ? bit : 0;
        return !had && fate.gap && !message.mayBeExpired(clock.trueMillis());
    }

    // --- the sink -----------------------------------------------------------------------------------------------

    /**
     * The sink was given a message.
     *
     * @param limit how many may be in flight
     */
    StoredCopy sent(Message message, int limit) {
        Identity identity = message.identity();
        StoredCopy copy = ledger.copy(laneNames.indexOf(identity.lane()), identity.sequence());
        Fate fate = copy.fate(route);
        if (fate.state != Fate.State.PENDING || fate.durable) {
            throw new AssertionError("I3: " + setup.name() + ": " + copy + " is sent again, which nothing called for: "
                    + fate.state + (fate.durable ? ", durably" : ""));
        }
        Identity expected =
                new Identity(Setup.GATEWAY, laneNames.get(copy.lane), copy.epoch, copy.sequence, fate.previous);
        if (!identity.equals(expected) && !tellsOfAGap(identity, copy)) {
            throw new AssertionError("identity: " + copy + " is sent as " + identity + ", it is " + expected);
        }
        checkBytes(copy, message, fate);
        checkExpiry(copy.message, message);

        fate.state = Fate.State.IN_FLIGHT;
        inFlight++;
        if (inFlight > limit) {
            throw new AssertionError("I3: " + inFlight + " messages are in flight, the window is " + limit);
        }
        return copy;
    }

    /**
     * Where messages were removed before it, it is not always known any more which was the last that the route wanted.
     * The stamp may then name one of those that were removed, if nothing is missing that it does not tell of.
     */
    private boolean tellsOfAGap(Identity identity, StoredCopy copy) {
        boolean possible = identity.previous() > 0
                && identity.equals(new Identity(
                        Setup.GATEWAY, laneNames.get(copy.lane), copy.epoch, copy.sequence, identity.previous()));
        if (!possible) {
            return false;
        }
        StoredCopy named = ledger.copy(copy.lane, identity.previous());
        return gaps.accountsFor(named, setup, clock.trueMillis()) && (!hasComeBy(named) || hasAllBetween(named, copy));
    }

    /** Whether all that the route wants between two messages has come by. */
    private boolean hasAllBetween(StoredCopy from, StoredCopy to) {
        for (long at = from.sequence + 1; at < to.sequence; at++) {
            StoredCopy between = ledger.copy(to.lane, at);
            if (wants(between.message) && !hasComeBy(between)) {
                return false;
            }
        }
        return true;
    }

    private boolean hasComeBy(StoredCopy copy) {
        Published message = copy.message;
        return ((message.acceptedBy | message.deadLetterOf) & bit) != 0 || message.mayBeExpired(clock.trueMillis());
    }

    private static void checkBytes(StoredCopy copy, Message message, Fate fate) {
        Published published = copy.message;
        String payload = UTF_8.decode(message.payload().duplicate()).toString();
        boolean same = payload.equals(published.payload)
                && message.topic().equals(published.topic)
                && message.qos() == published.qos
                && !message.retain()
                && message.clientId().equals(published.device == Published.GATEWAY ? "" : "d" + published.device);
        if (!same) {
            throw new AssertionError("bytes: " + copy + " is sent as " + message + " with " + payload);
        }
        Message first = fate.first;
        if (first == null) {
            fate.first = message;
        } else if (!first.received().equals(message.received())
                || first.receivedClockSynced() != message.receivedClockSynced()) {
            throw new AssertionError("bytes: " + copy + " is sent again as " + message + ", was " + first);
        }
    }

    /** What is left of its time is what it had, less at most the time that has passed. */
    private void checkExpiry(Published published, Message message) {
        Long left = message.properties().expirySeconds();
        if (published.expirySeconds == 0 ? left != null : left == null || left <= 0) {
            throw new AssertionError("expiry: " + published + " is sent with " + left);
        }
        long passed = (clock.trueMillis() - published.handedInMillis + 999) / 1_000;
        if (left != null && (left > published.expirySeconds || left < published.expirySeconds - passed)) {
            throw new AssertionError("expiry: " + published + " had " + published.expirySeconds + " s, " + passed
                    + " s ago, and is sent with " + left);
        }
    }

    /** The upstream sees a message. I2: what its device published before has been there, or does not come any more. */
    void arrived(StoredCopy copy) {
        Published message = copy.message;
        if ((message.arrivedAt & bit) != 0) {
            return;
        }
        message.arrivedAt |= bit;
        List<Published> all = inOrder.get(message.device + 1).get(message.lane);
        int[] passed = arrivedTo[message.device + 1];
        if (all.indexOf(message) < passed[message.lane] && !mayBeLate(message)) {
            throw new AssertionError(
                    "I2: " + setup.name() + ": " + message + " arrives behind what its device published later");
        }
        for (int at = passed[message.lane]; at < all.size() && all.get(at).counter < message.counter; at++) {
            if (isDone(all.get(at))) {
                passed[message.lane] += at == passed[message.lane] ? 1 : 0;
            } else if (!isProbing()) {
                throw new AssertionError("I2: " + setup.name() + ": " + message + " arrives before " + all.get(at));
            }
        }
    }

    /** It was not waited for: it had been removed, refused or given up, and another copy of it has come. */
    private boolean mayBeLate(Published message) {
        return message.expirySeconds > 0 || message.refused || (message.gapOf & bit) != 0;
    }

    private boolean isDone(Published message) {
        return ((message.arrivedAt | message.deadLetterOf | message.gapOf) & bit) != 0
                || message.mayBeExpired(clock.trueMillis())
                || message.refused
                || (message.qos == 0 && !message.everStored);
    }

    /** While the route looks for a message that makes the upstream close, one may be tried before its turn. */
    private boolean isProbing() {
        suspects.removeIf(copy -> {
            Fate fate = copy.fate(route);
            return fate.state == Fate.State.ACCEPTED || fate.deadLetter;
        });
        return !suspects.isEmpty();
    }

    /** The upstream has taken a message; the sink may never hear of it. */
    void taken(StoredCopy copy) {
        copy.message.acceptedBy |= bit;
    }

    /** The sink has said what became of a message. */
    void settled(StoredCopy copy, Outcome outcome) {
        Fate fate = copy.fate(route);
        inFlight--;
        if (outcome instanceof Outcome.Accepted) {
            fate.state = Fate.State.ACCEPTED;
            unwritten.add(new Progress(copy, clock.trueNanos()));
        } else if (outcome instanceof Outcome.Rejected) {
            fate.state = Fate.State.REJECTED;
            fate.rejected = true;
        } else {
            fate.state = Fate.State.PENDING;
        }
    }

    /** A link was lost with a message in flight. */
    void lost(StoredCopy copy) {
        if (++copy.fate(route).losses >= setup.attempts()) {
            suspects.add(copy);
        }
    }

    // --- the route ----------------------------------------------------------------------------------------------

    /** The forwarder has done a step. Within 20 ms it hands in what it knows. */
    void forwarderStepped() {
        for (Progress progress : unwritten) {
            if (!progress.posted && isHeldUp(progress.copy)) {
                progress.sinceNanos = clock.trueNanos();
            } else if (!progress.posted && clock.trueNanos() - progress.sinceNanos >= POST_NANOS) {
                progress.posted = true;
                progress.sinceNanos = clock.trueNanos();
            }
        }
    }

    /** What was accepted out of order need not be handed in before what it has overtaken: it is as good as in flight. */
    private boolean isHeldUp(StoredCopy copy) {
        return unfinished.stream()
                .anyMatch(other ->
                        (other.lane == copy.lane ? other.sequence < copy.sequence : other.fate(route).first != null)
                                && other.fate(route).state != Fate.State.ACCEPTED
                                && !other.fate(route).deadLetter);
    }

    /** The committer has done a step. What was handed in is written within 100 ms of being noticed, or with the next commit. */
    void committerStepped() {
        long now = clock.trueNanos();
        for (Progress progress : unwritten) {
            if (progress.noticed) {
                boolean due = now - progress.sinceNanos >= WRITE_NANOS + commitNanos;
                progress.copy.fate(route).durable |= due;
            } else if (progress.posted) {
                progress.noticed = now - progress.sinceNanos >= commitNanos;
                progress.sinceNanos = progress.noticed ? now : progress.sinceNanos;
            }
        }
        forgetFinished();
    }

    private void forgetFinished() {
        unwritten.removeIf(progress -> progress.copy.fate(route).durable);
        unfinished.removeIf(copy -> copy.fate(route).durable);
    }

    /** The gateway was stopped: whatever was accepted is durably so. */
    void stopped() {
        for (Progress progress : unwritten) {
            Fate fate = progress.copy.fate(route);
            fate.durable |= fate.state == Fate.State.ACCEPTED;
        }
        forgetFinished();
    }

    /** The route goes on from what is durable. */
    void startedAgain() {
        for (StoredCopy copy : unfinished) {
            Fate fate = copy.fate(route);
            fate.state = Fate.State.PENDING;
            fate.deadLetter = false; // it is sent again, and when it is refused again, put aside again
        }
        unwritten.clear();
        suspects.clear();
        inFlight = 0;
    }

    /** What is not settled in the end, or not durably, or not known to the forwarder; empty when nothing is. */
    String whatIsLeft(RouteStatus status, List<LaneState> lanes) {
        long settled = status.accepted() + status.deadLettered() + status.expired();
        long wanted = ledger.wanted(route);
        boolean counted = settled <= wanted && settled >= wanted - ledger.missed(route);
        boolean right = counted && isSettled() && status.inFlight() == 0;
        for (int i = 0; i < lanes.size(); i++) {
            LaneProgress progress = status.lanes().get(i).progress();
            LaneProgress end = LaneProgress.from("", lanes.get(i).head() + 1);
            right &= progress.pending().equals(end.pending());
        }
        return right ? "" : this + ", wanted " + wanted + ", " + status + " " + lanes;
    }

    private boolean isSettled() {
        return unwritten.stream().allMatch(progress -> isHeldUp(progress.copy))
                && unfinished.stream()
                        .allMatch(copy ->
                                (copy.message.settledBy() & bit) != 0 || copy.message.mayBeExpired(clock.trueMillis()));
    }

    @Override
    public String toString() {
        return setup.name() + " unfinished " + unfinished + " inFlight " + inFlight + " unwritten "
                + unwritten.stream()
                        .map(progress -> Objects.toString(progress.copy))
                        .toList();
    }
}
