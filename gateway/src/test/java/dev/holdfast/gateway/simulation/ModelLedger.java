package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.journal.Gap;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.MemoryStore;
import dev.holdfast.gateway.journal.WhenFull;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What really became of every message, noted where it happens and without asking the gateway: at the devices, on the
 * disk, at the upstreams. Each note is checked when it is made; {@link #checkAccounted} checks the whole.
 */
final class ModelLedger {

    private final Setup setup;
    private final SimulatedClock clock;
    private final DiskView view;
    private final GapLedger gaps;
    private final List<RouteLedger> routes = new ArrayList<>();
    private final Map<String, Published> byPayload = new HashMap<>();

    /** By lane, in the order of their sequences. */
    private final List<List<StoredCopy>> copies = new ArrayList<>();

    /** Acknowledged, and not yet settled by every route that wants it. */
    private List<Published> open = new ArrayList<>();

    private List<DiskView.Lane> onDisk = List.of();
    private final long[] totalBytes;
    private int looks;
    private int told;

    /** On disk at the last look. */
    private List<StoredCopy> alive = new ArrayList<>();

    private long gone;
    private long missed;

    ModelLedger(Setup setup, SimulatedClock clock) {
        this.setup = setup;
        this.clock = clock;
        this.view = new DiskView(setup, this);
        this.gaps = new GapLedger(setup);
        this.totalBytes = new long[setup.lanes().size()];
        for (int i = 0; i < setup.routes().size(); i++) {
            routes.add(new RouteLedger(setup, i, this, gaps, clock));
        }
        setup.lanes().forEach(lane -> copies.add(new ArrayList<>()));
    }

    RouteLedger route(int index) {
        return routes.get(index);
    }

    // --- what happens -------------------------------------------------------------------------------------------

    Published publish(
            int device, int counter, String topic, int qos, int expirySeconds, Published.Nature nature, int padding) {
        String payload = "d" + device + ":" + counter + ":" + ".".repeat(padding);
        Published message = new Published(
                device,
                counter,
                topic,
                setup.laneOf(topic),
                qos,
                expirySeconds,
                nature,
                payload,
                clock.trueMillis(),
                setup.wantedBy(topic));
        return register(message);
    }

    private Published register(Published message) {
        byPayload.put(message.payload, message);
        routes.forEach(route -> route.published(message));
        return message;
    }

    /** The gateway says something of its own, which is as good as acknowledged. */
    private Published tell(String payload) {
        String topic = Setup.GAP_TOPIC;
        int lane = setup.lanes().size() - 1;
        Published.Nature nature = Published.Nature.HARMLESS;
        int wantedBy = setup.wantedBy(topic);
        Published message = new Published(
                Published.GATEWAY, ++told, topic, lane, 1, 0, nature, payload, clock.trueMillis(), wantedBy);
        acknowledged(message);
        return register(message);
    }

    /** The gateway has told the device that it has the message. */
    void acknowledged(Published message) {
        if (!message.acknowledged) {
            message.acknowledged = true;
            open.add(message);
        }
    }

    /** A message was found on disk. */
    StoredCopy stored(int lane, long epoch, long sequence, String payload) {
        boolean isFirstTold = payload.startsWith(Setup.GAP_PAYLOAD) && !byPayload.containsKey(payload);
        Published message = isFirstTold ? tell(payload) : byPayload.get(payload);
        List<StoredCopy> known = copies.get(lane);
        if (message == null || message.lane != lane) {
            throw new AssertionError("lane " + lane + " holds what was never published there: " + payload);
        }
        if (sequence <= known.size()) {
            StoredCopy copy = known.get((int) sequence - 1);
            if (!copy.message.equals(message) || copy.epoch != epoch) {
                throw new AssertionError("identity: sequence " + sequence + " of lane " + lane + " stood for " + copy
                        + " and stands for " + message);
            }
            return copy;
        }
        if (sequence != known.size() + 1) {
            throw new AssertionError("sequence " + sequence + " of lane " + lane + " follows on " + known.size());
        }
        if (message.device == Published.GATEWAY && message.everStored) {
            throw new AssertionError("gaps: " + payload + " is told twice");
        }
        StoredCopy copy = new StoredCopy(message, lane, epoch, sequence, clock.trueMillis(), routes.size());
        alive.add(copy);
        message.everStored = true;
        known.add(copy);
        totalBytes[lane] += message.bytes();
        routes.forEach(route -> route.stored(copy));
        return copy;
    }

    /** There was no room for dead letters: what was refused is in a gap. */
    void notPutAside(Gap gap, int lane) {
        for (long sequence = gap.from(); sequence <= gap.to(); sequence++) {
            StoredCopy copy = copy(lane, sequence);
            for (int i = 0; i < setup.routes().size(); i++) {
                StoredCopy.Fate fate = copy.fates[i];
                boolean concerned = gap.routes().contains(setup.routes().get(i).name());
                if (concerned && fate != null && fate.state == StoredCopy.Fate.State.REJECTED && !fate.deadLetter) {
                    routes.get(i).deadLetter(copy);
                }
            }
        }
    }

    /** A dead letter was found on disk. */
    void deadLetter(String route, int lane, long sequence) {
        for (int i = 0; i < routes.size(); i++) {
            if (setup.routes().get(i).name().equals(route)) {
                routes.get(i).deadLetter(copy(lane, sequence));
            }
        }
    }

    StoredCopy copy(int lane, long sequence) {
        List<StoredCopy> known = copies.get(lane);
        if (sequence < 1 || sequence > known.size()) {
            throw new AssertionError("message " + sequence + " of lane " + lane + " is not on disk, there are "
                    + known.size() + " and the others never were");
        }
        return known.get((int) sequence - 1);
    }

    /**
     * The disk may have changed.
     *
     * @param appended what was stored on it since the last look
     */
    void look(MemoryStore disk, List<RecordingWriter.Entry> appended) {
        view.appended(appended);
        onDisk = view.look(disk, ++looks);
        gaps.found(view.gaps());
        List<StoredCopy> left = new ArrayList<>(alive.size());
        for (StoredCopy copy : alive) {
            if (copy.lastSeen == looks) {
                left.add(copy);
            } else {
                gone(copy);
            }
        }
        alive = left;
        gaps.checkCount(missed, gone);
        checkAccounted();
        checkLimits(disk);
    }

    private void gone(StoredCopy copy) {
        gone++;
        boolean isMissed = false;
        for (RouteLedger route : routes) {
            isMissed |= route.gone(copy);
        }
        if (copy.message.wantedBy == 0) {
            if (!gaps.accountsFor(copy, null, clock.trueMillis())) {
                throw new AssertionError("I1: " + copy + ", which nobody wants, is gone without a record: " + gaps);
            }
            copy.message.unroutedGap = true;
            isMissed = true;
        }
        missed += isMissed ? 1 : 0;
    }

    // --- invariants ---------------------------------------------------------------------------------------------

    /** I4, and the limits of lanes that keep them by dropping. */
    private void checkLimits(MemoryStore disk) {
        long used = disk.space().usedBytes();
        if (setup.hasQuota() && used > setup.quotaBytes()) {
            throw new AssertionError("I4: " + used + " bytes are on disk, the quota is " + setup.quotaBytes());
        }
        for (int i = 0; i < onDisk.size(); i++) {
            LaneOptions options = setup.lanes().get(i);
            DiskView.Lane lane = onDisk.get(i);
            boolean within = lane.bytes() <= options.limit().bytes()
                    && lane.messages() <= options.limit().messages();
            if (options.whenFull() == WhenFull.DROP_OLDEST && !within && lane.chunks() > 1) {
                throw new AssertionError("I4: the lane " + options + " holds " + lane);
            }
        }
    }

    /** I1: what was acknowledged is delivered, stored, put aside or expired. */
    private void checkAccounted() {
        long now = clock.trueMillis();
        List<Published> stillOpen = new ArrayList<>(open.size());
        for (Published message : open) {
            if (message.isSettled()) {
                continue;
            }
            stillOpen.add(message);
            boolean accounted = message.lastSeen == looks || message.mayBeExpired(now);
            if (!accounted) {
                throw new AssertionError("I1: " + message + " was acknowledged and is neither stored, nor delivered by"
                        + " every route that wants it, nor a dead letter, nor expired, nor in a gap: wanted by "
                        + Integer.toBinaryString(message.wantedBy) + ", settled by "
                        + Integer.toBinaryString(message.settledBy()));
            }
        }
        open = stillOpen;
    }

    /** The journal's own counters say what is on disk. */
    void checkCounters(List<LaneState> lanes) {
        for (int i = 0; i < lanes.size(); i++) {
            DiskView.Lane lane = onDisk.get(i);
            int head = copies.get(i).size();
            long tail = lane.messages() == 0 ? head + 1 : lane.tail();
            LaneState said = lanes.get(i);
            LaneState expected = new LaneState(
                    setup.laneNames().get(i),
                    tail,
                    head,
                    lane.messages(),
                    lane.bytes(),
                    totalBytes[i],
                    lane.storedBytes(),
                    said.unrouted());
            if (!said.equals(expected) || said.unrouted() > lane.unwanted()) {
                throw new AssertionError("counters: the journal says " + said + ", there is " + expected + " with "
                        + lane.unwanted() + " that nobody wants");
            }
        }
    }

    /** What lies on disk in the end and should not; empty when nothing does: only what nobody wants, and history, is kept. */
    String whatIsLeft() {
        for (int i = 0; i < onDisk.size(); i++) {
            DiskView.Lane lane = onDisk.get(i);
            boolean history = setup.lanes().get(i).history().ageMillis() > 0;
            if (!history && lane.messages() != lane.unwanted()) {
                return "on disk " + onDisk;
            }
        }
        return "";
    }

    /** What was stored and is wanted by the route. */
    long wanted(int route) {
        long wanted = 0;
        for (List<StoredCopy> lane : copies) {
            wanted += lane.stream().filter(copy -> copy.fates[route] != null).count();
        }
        return wanted;
    }

    /** What of it was removed before the route had it. */
    long missed(int route) {
        long count = 0;
        for (List<StoredCopy> lane : copies) {
            count += lane.stream()
                    .filter(copy -> copy.fates[route] != null && copy.fate(route).gap)
                    .count();
        }
        return count;
    }

    @Override
    public String toString() {
        return "on disk " + onDisk + "\n" + gaps + "\nroutes " + routes;
    }
}
