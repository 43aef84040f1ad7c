package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings chunks back that the engine has lost, before recovery looks at the store: from copies of its newest files, which
 * it cuts off where they are damaged, or from all files of one that it could not open.
 *
 * <p>A chunk comes back under its own sequences and with its epoch. It must be proven that it was durable: by the witness,
 * or as its commit has a successor in the files. Otherwise it is a torn commit that nobody was told of, and a device sends
 * it again. What is in the side tables can't be brought back. One that is interrupted is run again, from its beginning: the
 * store has notes of how the lanes were before.
 */
final class Salvage {

    private static final Logger LOG = LoggerFactory.getLogger(Salvage.class);
    private static final int MAX_TRANSACTION_BYTES = 2 << 20;

    private final Store store;
    private final Remains remains;
    private final Map<Integer, SalvagedLane> lanes = new HashMap<>();
    private final List<byte[]> batch = new ArrayList<>();
    private int batchBytes;
    private final Set<Lost> lost = new LinkedHashSet<>();

    private Salvage(Store store, Remains remains) {
        this.store = store;
        this.remains = remains;
    }

    /**
     * What came of it.
     *
     * @param messages how many came back
     * @param lost what was durable and can't be found
     * @param missed whether the engine had lost something
     */
    record Result(long messages, List<Lost> lost, boolean missed) {}

    /**
     * Brings back what it can; durable when this returns. So is what is lost, under {@link Meta#LOST}: whoever accounts for it
     * takes it away in the same transaction.
     */
    static Result run(Store store) {
        List<Lost> before = store.read(reader -> Meta.decodeLost(reader.get(Meta.TABLE, Meta.LOST)));
        Remains remains = store.remains();
        if (remains == null) {
            return new Result(0, before, !before.isEmpty());
        }
        Salvage salvage = new Salvage(store, remains);
        salvage.lost.addAll(before);
        return salvage.run();
    }

    private Result run() {
        knowLanes();
        remains.visit(this::visit);
        write();
        lanes.values().forEach(lane -> lost.addAll(lane.holes(store)));
        boolean missed = !lost.isEmpty() || lanes.values().stream().anyMatch(SalvagedLane::isChanged);
        if (missed || remains.everything()) {
            lanes.values().forEach(lane -> lane.count(store));
            store.commit(tx -> {
                lanes.values().forEach(lane -> lane.putRecord(tx));
                tx.put(Meta.TABLE, Meta.LOST, Meta.encode(lost));
            });
            report();
        }
        long messages =
                lanes.values().stream().mapToLong(SalvagedLane::messages).sum();
        return new Result(messages, List.copyOf(lost), missed);
    }

    private void knowLanes() {
        for (Witness.Lane witness : readWitness().lanes()) {
            lanes.put(witness.log().id(), new SalvagedLane(witness.log(), witness));
        }
        if (!remains.everything()) {
            store.read(reader -> {
                for (LaneLog stored : Recovery.storedLanes(reader).values()) {
                    SalvagedLane known = lanes.get(stored.id());
                    lanes.put(stored.id(), SalvagedLane.stored(stored, known == null ? null : known.witness()));
                }
                lanes.values().forEach(lane -> lane.recover(reader));
                return true;
            });
            lanes.values().forEach(this::compare);
        }
    }

    private void compare(SalvagedLane lane) {
        if (lane.contradictsWitness()) {
            String why = "lane " + lane.name() + " held messages and is not there any more";
            store.distrust(why);
            throw new StoreException(why + "; the next start sets the store aside and salvages what it can");
        }
    }

    private Witness readWitness() {
        try {
            return Witness.decode(remains.witness());
        } catch (CorruptChunkException e) {
            LOG.error(
                    "the witness can't be believed, only what has a successor is salvaged why=\"{}\"", e.getMessage());
            return Witness.decode(null);
        }
    }

    private boolean visit(byte[] chunk, boolean synced) {
        try {
            ChunkReader.verify(chunk);
        } catch (CorruptChunkException e) {
            return false;
        }
        int id = ChunkReader.lane(chunk);
        SalvagedLane lane = lanes.computeIfAbsent(id, n -> new SalvagedLane(new LaneLog("lane-" + n, n), null));
        if (lane.misses(chunk, synced)) {
            batch.add(chunk);
            batchBytes += chunk.length;
            if (batchBytes >= MAX_TRANSACTION_BYTES) {
                write();
            }
        }
        return true;
    }

    private void write() {
        if (!batch.isEmpty()) {
            store.commit(tx -> {
                for (byte[] chunk : batch) {
                    SalvagedLane lane = lanes.get(ChunkReader.lane(chunk));
                    if (lane != null) {
                        lane.put(tx, chunk);
                    }
                }
            });
        }
        batch.clear();
        batchBytes = 0;
    }

    private void report() {
        for (SalvagedLane lane : lanes.values()) {
            if (lane.messages() > 0) {
                LOG.error("messages salvaged lane={} messages={}", lane.name(), lane.messages());
            }
        }
        for (Lost range : lost) {
            LOG.error(
                    "messages were durable and can't be found any more lane={} from={} to={}",
                    range.lane(),
                    range.from(),
                    range.to());
        }
        LOG.error(
                "the store was damaged; sessions, held packet ids, dead letters and progress of {} are lost",
                remains.everything() ? "all its life" : "its last moments");
    }
}
