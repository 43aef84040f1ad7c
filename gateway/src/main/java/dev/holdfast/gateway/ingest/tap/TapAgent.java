package dev.holdfast.gateway.ingest.tap;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.agent.Agent;
import dev.holdfast.gateway.agent.Backoff;
import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.audit.AuditEntry.Event;
import dev.holdfast.gateway.audit.AuditTrail;
import dev.holdfast.gateway.journal.Admission;
import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.Mutation;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.time.Clock;
import dev.holdfast.sink.Identity;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.MessageProperties;
import dev.holdfast.tap.Tap;
import dev.holdfast.tap.TapLink;
import dev.holdfast.tap.TapMessage;
import dev.holdfast.tap.TapSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages that a subscription brings to the journal, and acknowledges each when it is durable.
 *
 * <p><b>Promise.</b> A message that the broker has handed over and that was acknowledged is on disk, and no other was
 * acknowledged. In the order of the broker, for each link.
 *
 * <p><b>How it fails.</b> When the link or the gateway is lost, the broker sends again what was not acknowledged: at most
 * the Receive Maximum is stored twice, where it keeps to that. A link that brings more than fits into memory is ended, and
 * the next one allows fewer messages, where the broker keeps to that. While there is no room, nothing is taken from the inbox
 * and the broker keeps the rest. What the broker never handed over can't be promised: where it may have lost something,
 * there is a {@link PossibleGap}, durable before anything of the new session is acknowledged.
 *
 * <p>A message that carries the identity of this very gateway has come back in a circle: it is acknowledged and not stored.
 */
public final class TapAgent implements Agent {

    private static final Logger LOG = LoggerFactory.getLogger(TapAgent.class);

    /** What the journal can't keep: a message must fit into a file of the store. */
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    private static final int MAX_SHOWN = 200;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final long CONNECT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(40);
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long DROPS_TOLD_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SEEN_EVERY_MILLIS = 10_000;

    private final String gatewayId;
    private final String name;
    private final Tap tap;
    private final Journal journal;
    private final AuditTrail audit;
    private final ToIntFunction<Topic> laneOf;
    private final Clock clock;
    private final Signal signal;
    private final Origin origin;
    private final Backoff retries;
    private final Backoff pauses;

    /** What has become durable, in order. */
    private final Queue<TapBatch> durable = new ConcurrentLinkedQueue<>();

    /** What was handed in and is not acknowledged yet. */
    private final Queue<TapBatch> handedIn = new ArrayDeque<>();

    private TapRecord record;
    private TapState state = TapState.CONNECTING;
    private String lastError = "";
    private Inbox inbox;
    private boolean linked;

    /** What the next link may bring before anything is acknowledged. */
    private int mostUnacknowledged = Integer.MAX_VALUE;

    /** Whether the broker has said if our session was there; what comes is not taken before. */
    private boolean sessionKnown;

    private long linkSinceNanos;
    private long resumeAtNanos;
    private boolean waiting;
    private long stored;
    private long acknowledged;
    private long own;
    private long dropped;
    private long dropsToldNanos;
    private int unacknowledged;
    private long links;
    private volatile TapStatus status;

    /**
     * An agent for a tap, not started yet.
     *
     * @param audit where possible gaps are entered too
     * @param laneOf says to which lane a message belongs
     * @param signal wakes it: the journal with each commit and when there is room, the adapter with what comes
     * @param random spreads the retries of many gateways
     */
    public TapAgent(
            String gatewayId,
            String name,
            Tap tap,
            Journal journal,
            AuditTrail audit,
            ToIntFunction<Topic> laneOf,
            Clock clock,
            Signal signal,
            RandomGenerator random) {
        this.gatewayId = gatewayId;
        this.name = name;
        this.tap = tap;
        this.journal = journal;
        this.audit = audit;
        this.laneOf = laneOf;
        this.clock = clock;
        this.signal = signal;
        this.origin = Origin.tap(name);
        this.retries = new Backoff(FIRST_RETRY, LONGEST_PAUSE, random);
        this.pauses = new Backoff(FIRST_RETRY, LONGEST_PAUSE, random);
        this.record = stored(name, journal);
        this.inbox = new Inbox(new Events(), signal);
        this.resumeAtNanos = clock.nanoTime();
        this.dropsToldNanos = resumeAtNanos - DROPS_TOLD_EVERY_NANOS - 1;
        this.status = snapshot();
        journal.onRoom(signal::signal);
    }

    private static TapRecord stored(String name, Journal journal) {
        Map<String, TapRecord> found = new HashMap<>();
        journal.scan(SideTable.TAPS, (key, value) -> {
            if (new String(key, UTF_8).equals(name)) {
                try {
                    found.put(name, TapRecord.decode(value));
                } catch (IllegalArgumentException e) {
                    LOG.error("what was known of a tap can't be believed tap={} why=\"{}\"", name, e.getMessage());
                }
            }
        });
        return found.getOrDefault(name, TapRecord.NONE);
    }

    /** Where the tap stands. Any thread. */
    public TapStatus status() {
        return status;
    }

    @Override
    public String roleName() {
        return "tap-" + name;
    }

    @Override
    public long doWork() {
        long now = clock.nanoTime();
        inbox.readMail();
        acknowledge();
        long idle = linked ? whileLinked(now) : whileDown(now);
        status = snapshot();
        return idle;
    }

    private long whileDown(long now) {
        if (now < resumeAtNanos) {
            return resumeAtNanos - now;
        }
        linked = true;
        sessionKnown = false;
        linkSinceNanos = now;
        inbox = new Inbox(new Events(), signal);
        List<String> subscribed = new ArrayList<>();
        record.filters().forEach((filter, qos) -> {
            if (qos != TapLink.Granted.REFUSED) {
                subscribed.add(filter);
            }
        });
        if (record.overrun() && links == 0) {
            LOG.info(
                    "tap says no limit for what is unacknowledged, the broker kept to none in this session tap={} broker={}",
                    name,
                    tap.target());
        }
        tap.connect(inbox, new TapSession(subscribed, record.overrun()), mostUnacknowledged);
        return IDLE_NANOS;
    }

    private long whileLinked(long now) {
        if (inbox.bytes() > Inbox.MAX_BYTES && mostUnacknowledged > 1 && tap.canLimit() && !record.overrun()) {
            allowFewer();
            return 0;
        }
        if (sessionKnown) {
            store();
        }
        if (state != TapState.SUBSCRIBED && now - linkSinceNanos > CONNECT_TIMEOUT_NANOS) {
            tap.disconnect();
            loseLink(
                    "no answer within " + TimeUnit.NANOSECONDS.toSeconds(CONNECT_TIMEOUT_NANOS) + " s", Link.Hint.LOST);
        }
        return IDLE_NANOS;
    }

    /** So many that half of what may wait in memory is taken, if the next ones are as large as these. */
    private void allowFewer() {
        long messages = Math.min(inbox.size(), mostUnacknowledged);
        long bytes = inbox.bytes();
        int fewer = (int) Math.max(1, messages * (Inbox.MAX_BYTES / 2) / bytes);
        tap.disconnect();
        loseLink(
                "%d messages that wait to be stored take %d MiB, more than the %d MiB that may; the next link allows %d"
                        .formatted(messages, bytes >> 20, Inbox.MAX_BYTES >> 20, fewer),
                Link.Hint.LOST);
        mostUnacknowledged = fewer;
    }

    // --- messages -----------------------------------------------------------------------------------------------

    private void store() {
        TapBatch batch = new TapBatch(origin, journal.gatewayMillis());
        waiting = false;
        for (TapMessage message = inbox.peek(); message != null && !waiting; message = inbox.peek()) {
            if (isOurOwn(message.properties())) {
                own++;
                batch.pass(message);
                inbox.take();
            } else {
                add(message, batch);
            }
            if (batch.isFull()) {
                handIn(batch);
                batch = new TapBatch(origin, journal.gatewayMillis());
            }
        }
        if (!batch.isEmpty()) {
            handIn(batch);
        }
        if (clock.nanoTime() - dropsToldNanos > DROPS_TOLD_EVERY_NANOS) {
            tellOfDrops();
        }
    }

    /** Not of each, as they come as fast as messages do, and while the disk is full nothing takes what is told. */
    private void tellOfDrops() {
        long more = inbox.takeDropped();
        if (more > 0) {
            dropped += more;
            dropsToldNanos = clock.nanoTime();
            raise(
                    PossibleGap.Reason.BEST_EFFORT_DROPPED,
                    dropped
                            + " messages with QoS 0 have come faster than they could be stored since the gateway's start");
        }
    }

    /** Adds it to what is to be stored, or leaves it where it is and has the rest wait. */
    private void add(TapMessage message, TapBatch batch) {
        Topic topic = Topic.of(message.topic());
        byte[] properties = EncodedProperties.of(message.properties());
        long bytes =
                topic.length() + (long) properties.length + message.payload().remaining();
        if (bytes > MAX_MESSAGE_BYTES) {
            raise(
                    PossibleGap.Reason.TOO_LARGE,
                    "a message of " + bytes + " bytes on " + shown(message.topic())
                            + " is larger than the store can take, " + MAX_MESSAGE_BYTES + " bytes");
            batch.pass(message); // acknowledged when it is durable that it is missing
            inbox.take();
            return;
        }
        int lane = laneOf.applyAsInt(topic);
        if (!journal.hasRoom() || journal.admission(lane) != Admission.TAKE) {
            waiting = true; // the broker keeps it, and what is behind it
            return;
        }
        inbox.take();
        batch.add(message, topic, properties, lane);
    }

    private static String shown(String topic) {
        return topic.length() <= MAX_SHOWN ? topic : topic.substring(0, MAX_SHOWN) + "…";
    }

    private boolean isOurOwn(MessageProperties properties) {
        for (MessageProperties.UserProperty property : properties.userProperties()) {
            if (property.name().equals(Identity.PROPERTY) && Identity.isOf(gatewayId, property.value())) {
                return true;
            }
        }
        return false;
    }

    private void handIn(TapBatch batch) {
        stored += batch.stored();
        unacknowledged += batch.size();
        handedIn.add(batch);
        List<Mutation> mutations = List.of();
        long wallMillis = clock.wallMillis();
        if (Math.abs(wallMillis - record.seenMillis()) > SEEN_EVERY_MILLIS) {
            record = record.seenAt(wallMillis);
            mutations = List.of(record.mutation(name));
        }
        journal.append(new Append(batch.fragments(), mutations, () -> {
            durable.add(batch);
            signal.signal();
        }));
    }

    private void acknowledge() {
        for (TapBatch batch = durable.poll(); batch != null; batch = durable.poll()) {
            handedIn.remove();
            unacknowledged -= batch.size();
            acknowledged += batch.acknowledge();
        }
    }

    // --- the link -----------------------------------------------------------------------------------------------

    /** What becomes of the link, on the agent's thread. */
    private final class Events implements TapLink {

        @Override
        public void session(boolean present) {
            sessionKnown = true;
            if (!present && record.hadSession()) {
                raise(
                        PossibleGap.Reason.SESSION_LOST,
                        "the broker had our session no more: what it kept for us since "
                                + (record.seenMillis() == 0
                                        ? "the last message"
                                        : Instant.ofEpochMilli(record.seenMillis()))
                                + " is lost, if there was any");
            }
            if (!present && record.overrun()) {
                keep(record.withOverrun(false)); // it may be another broker; the next link says again what may be
            }
        }

        @Override
        public void subscribed(List<Granted> filters) {
            links++;
            lastError = "";
            if (!filters.isEmpty()) {
                judge(filters);
            }
            boolean none =
                    filters.stream().allMatch(filter -> filter.granted() == Granted.REFUSED) && !filters.isEmpty();
            if (none) {
                tap.disconnect();
                loseLink(lastError, Link.Hint.REFUSED);
                return;
            }
            change(TapState.SUBSCRIBED);
            pauses.reset();
        }

        private void judge(List<Granted> filters) {
            Map<String, Integer> before = record.filters();
            Map<String, Integer> granted = new HashMap<>();
            for (Granted filter : filters) {
                granted.put(filter.filter(), filter.granted());
                boolean known = Integer.valueOf(filter.granted()).equals(before.get(filter.filter()));
                if (filter.granted() == Granted.REFUSED) {
                    lastError = "the broker does not let us subscribe to " + filter.filter() + ": " + filter.why();
                    raiseUnless(known, PossibleGap.Reason.SUBSCRIPTION_REFUSED);
                } else if (filter.granted() < filter.asked()) {
                    lastError = "the broker grants QoS " + filter.granted() + " for " + filter.filter() + ", not "
                            + filter.asked();
                    raiseUnless(known, PossibleGap.Reason.QOS_LOWERED);
                }
            }
            if (!granted.equals(record.filters())) {
                keep(record.withFilters(granted));
            }
        }

        private void raiseUnless(boolean known, PossibleGap.Reason reason) {
            if (!known) {
                raise(reason, lastError);
            }
        }

        @Override
        public void brokerDropped(long messages) {
            long before = record.brokerDropped();
            long more = messages < before ? messages : messages - before; // it counts anew when it is started
            if (more > 0 && before != TapRecord.UNKNOWN) {
                raise(
                        PossibleGap.Reason.BROKER_DROPPED,
                        "the broker has dropped " + messages + " messages, " + more
                                + " more than it had when it said so last, of our queue or of another's");
            }
            if (messages != before) {
                keep(record.withBrokerDropped(messages));
            }
        }

        @Override
        public void overrun() {
            keep(record.withOverrun(true));
        }

        @Override
        public void received(TapMessage message) {
            throw new IllegalStateException("messages stay in the inbox");
        }

        @Override
        public void down(String why, Link.Hint hint) {
            loseLink(why, hint);
        }
    }

    private void loseLink(String why, Link.Hint hint) {
        long now = clock.nanoTime();
        boolean refused = hint == Link.Hint.REFUSED;
        if (state == TapState.SUBSCRIBED && now - linkSinceNanos > STEADY_NANOS) {
            retries.reset();
            mostUnacknowledged = Integer.MAX_VALUE; // what was large may be over
        }
        linked = false;
        waiting = false;
        tellOfDrops();
        inbox = new Inbox(new Events(), signal);
        resumeAtNanos = now + (refused ? pauses : retries).nextNanos();
        lastError = why;
        change(refused ? TapState.PAUSED : TapState.RETRYING);
    }

    private void change(TapState to) {
        if (state == to) {
            return;
        }
        state = to;
        if (to == TapState.SUBSCRIBED) {
            LOG.info("tap subscribed tap={} broker={}", name, tap.target());
        } else {
            LOG.warn("tap brings nothing tap={} state={} why=\"{}\"", name, to, lastError);
        }
    }

    // --- possible gaps ------------------------------------------------------------------------------------------

    private void raise(PossibleGap.Reason reason, String text) {
        LOG.warn("possible gap tap={} reason={} why=\"{}\"", name, reason, text);
        long wallMillis = clock.wallMillis();
        TapRecord next = record.with(new PossibleGap(reason, text, wallMillis));
        boolean begins = next.possibleGaps() > record.possibleGaps();
        keep(next, begins ? audit.enter(Event.POSSIBLE_GAP, name, reason.word(), text, wallMillis) : List.of());
    }

    private void keep(TapRecord next) {
        keep(next, List.of());
    }

    private void keep(TapRecord next, List<Mutation> more) {
        record = next;
        List<Mutation> mutations = new ArrayList<>(more);
        mutations.add(next.mutation(name));
        journal.append(new Append(List.of(), mutations, () -> {}));
    }

    private TapStatus snapshot() {
        return new TapStatus(
                name,
                state,
                lastError,
                stored,
                acknowledged,
                own,
                unacknowledged + inbox.size(),
                waiting,
                links,
                record.possibleGaps(),
                record.newest());
    }

    /** Takes nothing more, gives what was handed in a moment to become durable, and acknowledges it. */
    @Override
    public void onClose() {
        long now = clock.nanoTime();
        long deadline = now + CLOSE_NANOS;
        while (!handedIn.isEmpty() && now < deadline) {
            signal.await(deadline - now);
            acknowledge();
            now = clock.nanoTime();
        }
        tellOfDrops();
        if (state == TapState.SUBSCRIBED) {
            keep(record.seenAt(clock.wallMillis()));
        }
        state = TapState.STOPPED;
        status = snapshot();
        tap.close();
    }
}
