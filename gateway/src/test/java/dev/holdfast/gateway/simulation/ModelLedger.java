package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.MemoryStore;
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
    private final List<RouteLedger> routes = new ArrayList<>();
    private final Map<String, Published> byPayload = new HashMap<>();

    /** By lane, in the order of their sequences. */
    private final List<List<StoredCopy>> copies = new ArrayList<>();

    /** Acknowledged, and not yet settled by every route that wants it. */
    private List<Published> open = new ArrayList<>();

    private List<DiskView.Lane> onDisk = List.of();
    private final long[] totalBytes;
    private int looks;

    ModelLedger(Setup setup, SimulatedClock clock) {
        this.setup = setup;
        this.clock = clock;
        this.view = new DiskView(setup, this);
        this.totalBytes = new long[setup.lanes().size()];
        for (int i = 0; i < setup.routes().size(); i++) {
            routes.add(new RouteLedger(setup, i, this, clock));
        }
        setup.lanes().forEach(lane -> copies.add(new ArrayList<>()));
    }

    RouteLedger route(int index) {
        return routes.get(index);
    }

    // --- what happens -------------------------------------------------------------------------------------------

    Published publish(
            int device, int counter, String topic, int qos, int expirySeconds, Published.Nature nature, int padding) {
        Published message = new Published(
                device,
                counter,
                topic,
                setup.laneOf(topic),
                qos,
                expirySeconds,
                nature,
                padding,
                clock.trueMillis(),
                setup.wantedBy(topic));
        byPayload.put(message.payload, message);
        routes.forEach(route -> route.published(message));
        return message;
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
        Published message = byPayload.get(payload);
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
        StoredCopy copy = new StoredCopy(message, lane, epoch, sequence, routes.size());
        message.everStored = true;
        known.add(copy);
        totalBytes[lane] += message.bytes();
        routes.forEach(route -> route.stored(copy));
        return copy;
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

    /** The disk may have changed. */
    void look(MemoryStore disk) {
        onDisk = view.look(disk, ++looks);
        routes.forEach(route -> route.looked(looks));
        checkAccounted();
    }

    // --- invariants ---------------------------------------------------------------------------------------------

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
                        + " every route that wants it, nor a dead letter, nor expired: wanted by "
                        + Integer.toBinaryString(message.wantedBy) + ", accepted by "
                        + Integer.toBinaryString(message.acceptedBy) + ", dead letter of "
                        + Integer.toBinaryString(message.deadLetterOf));
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
                    setup.lanes().get(i),
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

    /** What lies on disk in the end and should not; empty when nothing does: only what nobody wants is kept. */
    String whatIsLeft() {
        boolean drained = onDisk.stream().allMatch(lane -> lane.messages() == lane.unwanted());
        return drained ? "" : "on disk " + onDisk;
    }

    /** What was stored and is wanted by the route. */
    long wanted(int route) {
        long wanted = 0;
        for (List<StoredCopy> lane : copies) {
            wanted += lane.stream().filter(copy -> copy.fates[route] != null).count();
        }
        return wanted;
    }

    @Override
    public String toString() {
        return "on disk " + onDisk + " routes " + routes;
    }
}
