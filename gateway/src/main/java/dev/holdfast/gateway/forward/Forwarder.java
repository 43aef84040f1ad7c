package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.agent.Agent;
import dev.holdfast.gateway.agent.Backoff;
import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.RouteProgress;
import dev.holdfast.gateway.journal.StoreDamagedException;
import dev.holdfast.gateway.time.Clock;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Sink;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages that one route wants from the journal to its sink, in order, and never counts one as settled that
 * the sink has not accepted and that was not put aside durably.
 *
 * <p><b>Order.</b> First deliveries are in sequence order. When something goes wrong, the route waits and goes back to
 * the lowest pending message; what was accepted beyond it is not sent again.
 *
 * <p><b>Crash.</b> What was in flight, and what was accepted since progress was last written, is sent again. It is written
 * every 100 ms or 1,000 messages, and when the disk is slower than that the route waits for it: {@link
 * Journal#isProgressBehind}.
 *
 * <p><b>Outcomes.</b> Retry: wait, go back. Paused: wait longer, go back, one message at a time until one is accepted.
 * Rejected: dead letter, the others flow on. A link that is lost again and again: {@link Suspicion}. A link that is up
 * and settles nothing for some time is taken down.
 */
public final class Forwarder implements Agent {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final long CONNECT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The shortest wait after a link that did not last: two gateways of one name throw each other out again and again. */
    private static final long FLAP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The timeout for outcomes gets at most 16 times as long. */
    private static final int MAX_TIMEOUT_DOUBLINGS = 4;

    private static final Suspicion.Verdict OPEN = Suspicion.Verdict.OPEN;

    private enum LinkState {
        DOWN,
        CONNECTING,
        UP
    }

    private final ForwarderOptions options;
    private final String route;
    private final Journal journal;
    private final Sink sink;
    private final Clock clock;
    private final Signal signal;
    private final Alarm alarm;
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final Backoff retries;
    private final Backoff pauses;
    private final Health health;
    private final Report report;

    // valid since the start, or since the last error of our own
    private Flight flight;
    private Suspicion suspicion;
    private DeadLetterBox deadLetters;

    // valid for a link
    private LinkState link = LinkState.DOWN;
    private long linkNumber;
    private long linkSinceNanos;
    private long lastOutcomeNanos;
    private int limit;
    private boolean acceptedOnLink;
    private boolean rewindDue;
    private boolean holding;

    private long resumeAtNanos;
    private long startsAgainAtNanos;
    private int silences;
    private long reconnects;

    /** Whether something was sent or settled in this step. */
    private boolean moved;

    /**
     * An agent for a route, not started yet.
     *
     * @param signal wakes it; given after commits and outcomes that it waits for
     * @param random spreads the retries of many gateways
     */
    public Forwarder(
            ForwarderOptions options, Journal journal, Sink sink, Clock clock, Signal signal, RandomGenerator random) {
        this.options = options;
        this.route = options.interest().route();
        this.journal = journal;
        this.sink = sink;
        this.clock = clock;
        this.signal = signal;
        this.alarm = new Alarm(signal);
        this.retries = new Backoff(options.backoff(), options.maxBackoff(), random);
        this.pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
        this.health = new Health(route);
        this.suspicion = new Suspicion(options.attempts());
        this.flight = new Flight(options, journal, sink, alarm, journal.progress(route));
        this.deadLetters = new DeadLetterBox(route, journal, clock, this::tell);
        this.resumeAtNanos = clock.nanoTime();
        this.startsAgainAtNanos = resumeAtNanos;
        this.report = new Report(route, journal, flight.status(health, route, reconnects), resumeAtNanos);
        journal.onCommit(alarm::committed);
    }

    /** Where the route stands. Any thread; some milliseconds old. */
    public RouteStatus status() {
        return report.status();
    }

    @Override
    public String roleName() {
        return "route-" + route;
    }

    // --- a step -------------------------------------------------------------------------------------------------

    @Override
    public long doWork() {
        long wait = startsAgainAtNanos - clock.nanoTime();
        if (wait > 0) {
            return wait;
        }
        try {
            return step();
        } catch (StoreDamagedException e) {
            throw e;
        } catch (RuntimeException e) {
            startAgain(e);
            return Report.AFTER_NANOS;
        }
    }

    private long step() {
        alarm.awaits(Alarm.For.EVERYTHING);
        moved = false;
        long now = clock.nanoTime();
        settle(now); // what was accepted before a link was lost counts before the loss does
        readMail();
        settle(now);
        if (flight.takeTrouble()) {
            handleTrouble(now);
        }
        long untilNanos = switch (link) {
            case DOWN -> whileDown(now);
            case CONNECTING -> whileConnecting(now);
            case UP -> whileUp(now);
        };
        return Math.min(untilNanos, tellOthers(now));
    }

    private void readMail() {
        for (Runnable task = mailbox.poll(); task != null; task = mailbox.poll()) {
            task.run();
        }
    }

    private long whileDown(long now) {
        boolean standing = flight.readAhead();
        if (now < resumeAtNanos) {
            if (standing) {
                alarm.awaits(Alarm.For.OUTCOMES);
            }
            return resumeAtNanos - now;
        }
        link = LinkState.CONNECTING;
        linkSinceNanos = now;
        long number = ++linkNumber;
        sink.connect(new Link() {
            @Override
            public void up(Limits limits) {
                tell(() -> linkIsUp(number, limits));
            }

            @Override
            public void down(String why, Hint hint) {
                tell(() -> linkIsDown(number, why, hint));
            }
        });
        return CONNECT_TIMEOUT_NANOS;
    }

    private long whileConnecting(long now) {
        long left = linkSinceNanos + CONNECT_TIMEOUT_NANOS - now;
        if (left > 0) {
            alarm.awaits(Alarm.For.OUTCOMES);
            return left;
        }
        sink.disconnect();
        loseLink("no answer within " + TimeUnit.NANOSECONDS.toSeconds(CONNECT_TIMEOUT_NANOS) + " s", Link.Hint.LOST);
        return 0;
    }

    private long whileUp(long now) {
        boolean waiting = flight.isWaiting();
        if (!waiting) {
            lastOutcomeNanos = now;
        } else if (now - lastOutcomeNanos > outcomeTimeoutNanos()) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(outcomeTimeoutNanos());
            silences++;
            sink.disconnect();
            endLink("connected, but nothing was acknowledged for " + seconds + " s", Link.Hint.LOST, OPEN);
            return 0;
        }
        if (deadLetters.isBusy() || (holding && waiting)) {
            alarm.awaits(Alarm.For.OUTCOMES); // what is put aside durably comes as mail
            return outcomeTimeoutNanos();
        }
        if (holding) {
            if (now < resumeAtNanos) {
                alarm.awaits(Alarm.For.OUTCOMES);
                return resumeAtNanos - now;
            }
            holding = false;
            rewindDue = true;
        }
        if (rewindDue) {
            rewindDue = false;
            flight.rewind();
        }
        if (journal.isProgressBehind(route, flight.settled())) {
            report.changed();
            return flight.isWaiting() ? outcomeTimeoutNanos() : IDLE_NANOS; // woken by the commit that writes it
        }
        Alarm.For next = send();
        if (flight.window().isEmpty()) {
            health.well(); // there is nothing that it could refuse
            return IDLE_NANOS;
        }
        if (flight.window().oldest().settled() != null) {
            return 0;
        }
        alarm.awaits(next);
        return next == Alarm.For.MESSAGES ? Report.AFTER_NANOS : outcomeTimeoutNanos();
    }

    /**
     * How long the other side may acknowledge nothing. Each time that it did not, it gets longer: on a slow link a large
     * message takes its time.
     */
    private long outcomeTimeoutNanos() {
        return options.outcomeTimeout().toNanos() << Math.min(silences, MAX_TIMEOUT_DOUBLINGS);
    }

    /** Sends what there is room for, and says what there is to wait for then. */
    private Alarm.For send() {
        report.changed();
        if (suspicion.isProbing()) {
            if (flight.window().isEmpty() && !flight.probe(suspicion.distance())) {
                suspicion.nothingToProbe();
            }
            return Alarm.For.OUTCOMES;
        }
        int before = flight.window().size();
        if (!flight.send(suspicion.isCautious() || health.isPaused() ? 1 : limit)) {
            return Alarm.For.OUTCOMES;
        }
        moved |= flight.window().size() > before;
        return moved ? Alarm.For.MESSAGES : Alarm.For.EVERYTHING; // nothing comes: the next outcome may take long
    }

    // --- outcomes -----------------------------------------------------------------------------------------------

    private void settle(long now) {
        judgeProbe();
        for (Window.Settled how = flight.takeSettled(); how != null; how = flight.takeSettled()) {
            report.settled();
            moved = true;
            lastOutcomeNanos = now;
            if (how == Window.Settled.ACCEPTED) {
                acceptedOnLink = true;
                suspicion.accepted();
                silences = 0;
                retries.reset();
                pauses.reset();
                if (link == LinkState.UP && !holding) {
                    health.well();
                }
            }
        }
    }

    /** The other side has taken the message behind the suspect: back to the suspect, for the last time. */
    private void judgeProbe() {
        if (suspicion.isProbing() && flight.isProbeSettled()) {
            suspicion.probeTaken();
            rewindDue = true;
        }
    }

    private void condemn(Window.Entry suspect) {
        putAside(
                suspect,
                "the other side closed the link each of the " + suspicion.tries()
                        + " times it was sent, and accepted a message behind it");
        suspicion.accepted();
        retries.reset();
    }

    /** Acts upon outcomes that do not settle their message by themselves. */
    private void handleTrouble(long now) {
        Window window = flight.window();
        for (int i = 0; i < window.size(); i++) {
            Window.Entry entry = window.get(i);
            Outcome outcome = entry.outcome();
            if (outcome == null || entry.isHandled() || entry.settled() != null) {
                continue;
            }
            entry.handled();
            if (outcome instanceof Outcome.Rejected rejected) {
                putAside(entry, rejected.why());
            } else if (outcome instanceof Outcome.Paused paused) {
                hold(RouteState.PAUSED, paused.why(), now, pauses, Duration.ZERO);
            } else if (outcome instanceof Outcome.Retry retry) {
                hold(
                        RouteState.RETRYING,
                        retry.why(),
                        now,
                        retries,
                        retry.after().orElse(Duration.ZERO));
            }
        }
    }

    /**
     * Sends nothing more until what is in flight has its outcomes and the time has come; then goes back. The whole window
     * may come back at once: that is one failure, and takes one wait.
     */
    private void hold(RouteState how, String why, long now, Backoff backoff, Duration atLeast) {
        if (link == LinkState.UP && !holding) {
            holding = true;
            resumeAtNanos = now + Math.max(atLeast.toNanos(), backoff.nextNanos());
            report.changed();
            health.unwell(how, why);
        }
    }

    private void putAside(Window.Entry entry, String why) {
        health.putAside(why);
        deadLetters.put(entry, why);
    }

    // --- the link -----------------------------------------------------------------------------------------------

    /** Has something run on the agent's thread. Any thread. */
    private void tell(Runnable task) {
        mailbox.add(task);
        alarm.ring();
    }

    private void linkIsUp(long number, Link.Limits limits) {
        if (number != linkNumber || link != LinkState.CONNECTING) {
            return;
        }
        link = LinkState.UP;
        linkSinceNanos = clock.nanoTime();
        lastOutcomeNanos = linkSinceNanos;
        limit = Math.max(1, Math.min(options.window(), limits.maxInFlight()));
        acceptedOnLink = false;
        suspicion.linkIsUp();
        rewindDue = true;
        reconnects++;
        report.changed();
        if (health.lastError().isEmpty()) { // else it has to be seen first that it takes something
            health.well();
        }
    }

    private void linkIsDown(long number, String why, Link.Hint hint) {
        if (number == linkNumber && link != LinkState.DOWN) {
            loseLink(why, hint);
        }
    }

    private void loseLink(String why, Link.Hint hint) {
        settle(clock.nanoTime()); // what was accepted meanwhile is not the reason
        Suspicion.Verdict verdict = whoseFault();
        if (verdict == Suspicion.Verdict.CONDEMNED) {
            condemn(flight.window().oldest());
        }
        endLink(why, hint, verdict);
    }

    private void endLink(String why, Link.Hint hint, Suspicion.Verdict verdict) {
        long now = clock.nanoTime();
        boolean flapping = acceptedOnLink && now - linkSinceNanos < STEADY_NANOS;
        if (verdict == Suspicion.Verdict.CONDEMNED) {
            holding = false; // the wait for its sake has grown long, and the reason for it is found
        }
        link = LinkState.DOWN;
        report.changed();
        if (hint == Link.Hint.REFUSED || verdict == Suspicion.Verdict.ROUTE_FAULT) {
            resumeAtNanos = now + pauses.nextNanos();
            health.unwell(RouteState.PAUSED, why);
        } else if (suspicion.isProbeUrgent()) {
            retries.reset();
            resumeAtNanos = now;
            health.unwell(RouteState.RETRYING, why);
        } else if (!holding) {
            resumeAtNanos = now + Math.max(retries.nextNanos(), flapping ? FLAP_NANOS : 0);
            health.unwell(RouteState.RETRYING, why);
        } else if (!health.isPaused()) { // what was in flight has come back first, and its wait is this one
            health.unwell(RouteState.RETRYING, why);
        } // else the refusal that came first is the reason, and what people need to see
        holding = false;
    }

    private Suspicion.Verdict whoseFault() {
        Window window = flight.window();
        boolean innocent = link != LinkState.UP
                || acceptedOnLink
                || window.isEmpty()
                || !(window.oldest().isSent() || suspicion.isProbing());
        return innocent ? OPEN : suspicion.lostWith(window.oldest().sequence());
    }

    /** Something of our own went wrong: forgets what is in memory, and goes on from the progress that was handed in last. */
    private void startAgain(RuntimeException failure) {
        sink.disconnect();
        mailbox.clear();
        holding = false;
        linkNumber++;
        link = LinkState.DOWN;
        resumeAtNanos = clock.nanoTime() + retries.nextNanos();
        startsAgainAtNanos = resumeAtNanos;
        suspicion = new Suspicion(options.attempts());
        RouteProgress handedIn = report.progress(); // on its way to disk: to go on from an older one would turn it back
        flight = new Flight(options, journal, sink, alarm, handedIn != null ? handedIn : journal.progress(route));
        deadLetters = new DeadLetterBox(route, journal, clock, this::tell);
        String why = "internal error: " + failure;
        if (!health.lastError().equals(why)) {
            LOG.error("route failed, starts again from its stored progress route={}", route, failure);
        }
        health.unwell(RouteState.RETRYING, why);
        report.show(flight.status(health, route, reconnects));
    }

    // --- what others see ----------------------------------------------------------------------------------------

    /** Tells others when there is something new and it is time; how long until then, in nanoseconds. */
    private long tellOthers(long now) {
        long left = report.nanosUntilDue(now);
        if (left > 0) {
            return Math.min(left, IDLE_NANOS);
        }
        report.make(flight.status(health, route, reconnects), now);
        return IDLE_NANOS;
    }

    /** Gives what is in flight a moment to be settled, and hands in the last progress. */
    @Override
    public void onClose() {
        alarm.awaits(Alarm.For.EVERYTHING);
        long now = clock.nanoTime();
        long deadline = now + CLOSE_NANOS;
        while (link == LinkState.UP && now < deadline && flight.isWaiting()) {
            signal.await(deadline - now);
            readMail();
            now = clock.nanoTime();
            settle(now);
        }
        health.stopped();
        report.make(flight.status(health, route, reconnects), now);
        sink.close();
    }
}
