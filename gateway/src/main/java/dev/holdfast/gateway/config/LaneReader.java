package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.LaneConfig.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongUnaryOperator;

/** Reads the lanes, and finds what can't be: limits that do not fit, and lanes that nothing can ever come to. */
final class LaneReader {

    /** Each costs the committer a little with every commit. */
    private static final int MAX_LANES = 64;

    private static final long MEBIBYTE = 1 << 20;

    private final LongUnaryOperator roomInQuota;
    private final Problems problems;
    private final Names names;

    /** The topic filters of the lanes so far. */
    private final List<String> taken = new ArrayList<>();

    /**
     * A reader.
     *
     * @param roomInQuota how many bytes of messages find room in a store of that many bytes
     */
    LaneReader(LongUnaryOperator roomInQuota, Problems problems) {
        this.roomInQuota = roomInQuota;
        this.problems = problems;
        this.names = new Names("lane", "what it holds", problems);
    }

    /**
     * The lanes of the file, those that could be read.
     *
     * @param quota that of the store; empty when it could not be read
     */
    List<LaneConfig> read(List<Fields> all, Fields store, Optional<ByteSize> quota) {
        List<LaneConfig> lanes = new ArrayList<>();
        for (Fields lane : all.subList(0, Math.min(MAX_LANES, all.size()))) {
            read(lane).ifPresent(lanes::add);
        }
        if (all.size() > MAX_LANES) {
            problems.add(
                    all.get(MAX_LANES).place(),
                    "there are " + all.size() + " lanes, the limit is " + MAX_LANES,
                    "put topics that need the same limits into one lane");
        }
        quota.ifPresent(size -> checkRoom(lanes, all, store, size));
        return lanes;
    }

    private Optional<LaneConfig> read(Fields lane) {
        Optional<String> name = lane.require(Layout.LANE_NAME);
        Optional<List<String>> topics = lane.requireList(Layout.LANE_TOPICS);
        Bounds limit = limit(lane.section(Layout.LANE_LIMIT));
        Optional<Bounds> history = history(lane, limit);
        WhenFull whenFull = WhenFull.of(lane.get(Layout.LANE_WHEN_FULL));
        name.ifPresent(text -> checkName(lane, text));
        topics.ifPresent(filters -> checkReach(lane, filters));
        return name.isPresent() && topics.isPresent()
                ? Optional.of(new LaneConfig(name.get(), topics.get(), limit, history, whenFull))
                : Optional.empty();
    }

    private static Bounds limit(Fields limit) {
        Optional<Integer> messages = limit.find(Layout.COUNT);
        return new Bounds(
                limit.find(Layout.AGE),
                bytes(limit),
                messages.isPresent() ? OptionalLong.of(messages.get()) : OptionalLong.empty());
    }

    private static OptionalLong bytes(Fields bounds) {
        Optional<ByteSize> size = bounds.find(Layout.SIZE);
        return size.isPresent() ? OptionalLong.of(size.get().bytes()) : OptionalLong.empty();
    }

    private Optional<Bounds> history(Fields lane, Bounds limit) {
        Optional<Place> place = lane.place(Layout.LANE_HISTORY.name());
        if (place.isEmpty()) {
            return Optional.empty();
        }
        int before = problems.count();
        Fields fields = lane.section(Layout.LANE_HISTORY);
        if (fields.keys().isEmpty() && problems.count() == before) {
            problems.add(
                    place.get(),
                    fields.path() + " has neither age nor size",
                    "say how much to keep of what is delivered, as in history: {age: 1d}, or leave history away");
        }
        String ageKey = Layout.AGE.name();
        String sizeKey = Layout.SIZE.name();
        Bounds history = new Bounds(fields.find(Layout.AGE), bytes(fields), OptionalLong.empty());
        if (history.age().isPresent()
                && limit.age().isPresent()
                && history.age().get().compareTo(limit.age().get()) > 0) {
            reportBeyond(fields, ageKey);
        }
        if (history.bytes().isPresent()
                && limit.bytes().isPresent()
                && history.bytes().getAsLong() > limit.bytes().getAsLong()) {
            reportBeyond(fields, sizeKey);
        }
        return Optional.of(history);
    }

    private void reportBeyond(Fields history, String key) {
        problems.add(
                history.place(key).orElse(history.place()),
                history.path(key) + " is more than the limit of the lane",
                "the limit counts all that the lane holds, history too: raise limit." + key + " or lower history."
                        + key);
    }

    private void checkName(Fields lane, String name) {
        String key = Layout.LANE_NAME.name();
        if (name.equals(LaneConfig.DEFAULT)) {
            problems.add(
                    lane.place(key).orElse(lane.place()),
                    lane.path(key) + " \"" + LaneConfig.DEFAULT + "\" is the lane that there always is, the last one",
                    "choose another name");
        } else {
            names.add(name, lane);
        }
    }

    /** A lane whose every topic belongs to lanes before it is not what somebody wanted. */
    private void checkReach(Fields lane, List<String> filters) {
        boolean reached = filters.isEmpty() || filters.stream().anyMatch(filter -> !isTaken(filter));
        taken.addAll(filters);
        if (!reached) {
            problems.add(
                    lane.place(),
                    lane.path() + " can never get a message: the lanes before it take all of its topics",
                    "the first lane that matches gets the message; put the narrower topics first");
        }
    }

    private boolean isTaken(String filter) {
        return taken.stream().anyMatch(earlier -> TopicFilters.covers(earlier, filter));
    }

    private void checkRoom(List<LaneConfig> lanes, List<Fields> all, Fields store, ByteSize quota) {
        long sum = 0;
        for (LaneConfig lane : lanes) {
            long history = lane.history()
                    .map(Bounds::bytes)
                    .orElse(OptionalLong.empty())
                    .orElse(0);
            sum += Math.max(lane.limit().bytes().orElse(0), history);
        }
        long room = roomInQuota.applyAsLong(quota.bytes());
        if (sum > room) {
            String key = Layout.STORE_QUOTA.name();
            problems.add(
                    store.place(key).orElse(all.get(0).place()),
                    "the lanes may hold %s in all, but %s of %s has room for %s"
                            .formatted(new ByteSize(sum), store.path(key), quota, mebibytes(room)),
                    "lower limit.size or history.size of a lane, or have %s: %s".formatted(key, quotaFor(sum, quota)));
        }
    }

    private static ByteSize mebibytes(long bytes) {
        return new ByteSize(bytes / MEBIBYTE * MEBIBYTE);
    }

    /** The smallest quota, in whole mebibytes, in which there is that much room. */
    private ByteSize quotaFor(long bytes, ByteSize tooSmall) {
        long less = tooSmall.bytes() / MEBIBYTE;
        long enough = less * 2;
        while (roomInQuota.applyAsLong(enough * MEBIBYTE) < bytes) {
            enough *= 2;
        }
        while (enough - less > 1) {
            long middle = (less + enough) / 2;
            if (roomInQuota.applyAsLong(middle * MEBIBYTE) < bytes) {
                less = middle;
            } else {
                enough = middle;
            }
        }
        return new ByteSize(enough * MEBIBYTE);
    }
}
