package dev.holdfast.gateway.simulation;

import dev.holdfast.sink.Batch;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Outcomes;
import dev.holdfast.sink.Sink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A sink for one run of the gateway. Messages travel to the upstream and answers travel back, each as far as the schedule
 * lets them; when the link is lost, what travels is lost on either way.
 */
final class SimulatedSink implements Sink {

    private static final Outcome LOST = Outcome.retry("the link was lost");

    private enum State {
        DOWN,
        ASKED,
        UP,
        /** Lost, which the forwarder was not told yet. */
        GOING_DOWN,
        CLOSED
    }

    private record Delivery(StoredCopy copy, int index, Outcomes outcomes) {

        void answer(Outcome outcome) {
            outcomes.settle(index, outcome);
        }
    }

    private record Answer(Delivery delivery, Outcome outcome) {}

    private final Upstream upstream;
    private final RouteLedger ledger;
    private final RandomGenerator random;
    private final int window;
    private State state = State.DOWN;
    private @Nullable Link link;
    private int limit;

    private final Deque<Delivery> underWay = new ArrayDeque<>();
    private final List<Answer> answers = new ArrayList<>();

    /** Of lost links: the forwarder has given them up, and hears of them all the same. */
    private final List<Delivery> stale = new ArrayList<>();

    SimulatedSink(Upstream upstream, RouteLedger ledger, RandomGenerator random, int window) {
        this.upstream = upstream;
        this.ledger = ledger;
        this.random = random;
        this.window = window;
    }

    @Override
    public String target() {
        return "simulated";
    }

    // --- the forwarder's side -----------------------------------------------------------------------------------

    @Override
    public void connect(Link observer) {
        if (state != State.DOWN) {
            throw new AssertionError("connect while " + state);
        }
        state = State.ASKED;
        link = observer;
    }

    @Override
    public void deliver(Batch batch, Outcomes outcomes) {
        if (state != State.UP && state != State.GOING_DOWN) {
            throw new AssertionError("deliver while " + state);
        }
        for (int i = 0; i < batch.size(); i++) {
            StoredCopy copy = ledger.sent(batch.messages().get(i), Math.min(limit, window));
            underWay.add(new Delivery(copy, i, outcomes));
        }
        if (state == State.GOING_DOWN) {
            giveBack(false);
        }
    }

    @Override
    public void disconnect() {
        if (state != State.CLOSED) {
            state = State.DOWN;
        }
        giveBack(false);
    }

    @Override
    public void close() {
        state = State.CLOSED;
        giveBack(false);
    }

    // --- the world's side ---------------------------------------------------------------------------------------

    boolean isAsked() {
        return state == State.ASKED;
    }

    boolean isUp() {
        return state == State.UP;
    }

    boolean isGoingDown() {
        return state == State.GOING_DOWN;
    }

    int underWay() {
        return underWay.size();
    }

    int answers() {
        return answers.size();
    }

    /** Whether the forwarder waits for nothing. */
    boolean isQuiet() {
        return underWay.isEmpty() && answers.isEmpty() && state != State.GOING_DOWN;
    }

    private Link observer() {
        Link known = link;
        if (known == null) {
            throw new AssertionError("nobody has asked for a link");
        }
        return known;
    }

    void up(int maxInFlight) {
        state = State.UP;
        limit = maxInFlight;
        observer().up(new Link.Limits(maxInFlight));
    }

    void refuse(Link.Hint hint) {
        state = State.DOWN;
        observer().down("simulated refusal", hint);
    }

    /** Lets the next messages arrive. One of them may make the upstream close the link. */
    void carry(int count) {
        for (int i = 0; i < count && !underWay.isEmpty(); i++) {
            Delivery delivery = underWay.remove();
            Outcome outcome = upstream.take(delivery.copy());
            if (outcome == null) {
                underWay.addFirst(delivery);
                lose(false, false);
                return;
            }
            answers.add(new Answer(delivery, outcome));
        }
    }

    /** Lets answers arrive, the first ones or any. */
    void answer(int count, boolean inOrder) {
        for (int i = 0; i < count && !answers.isEmpty(); i++) {
            Answer answer = answers.remove(inOrder ? 0 : random.nextInt(answers.size()));
            ledger.settled(answer.delivery().copy(), answer.outcome());
            answer.delivery().answer(answer.outcome());
        }
    }

    /**
     * The link is lost with everything that travels.
     *
     * @param outcomesLater whether what was in flight comes back only after the forwarder knows
     * @param noticedLater whether the forwarder gets to know by a later {@link #noticeLoss}
     */
    void lose(boolean outcomesLater, boolean noticedLater) {
        underWay.forEach(delivery -> ledger.lost(delivery.copy()));
        answers.forEach(answer -> ledger.lost(answer.delivery().copy()));
        state = State.GOING_DOWN;
        giveBack(outcomesLater);
        if (!noticedLater) {
            noticeLoss();
        }
    }

    void noticeLoss() {
        state = State.DOWN;
        observer().down("simulated loss", Link.Hint.LOST);
    }

    /** The forwarder hears of what was in flight on links that are lost. */
    void settleStale() {
        stale.forEach(delivery -> delivery.answer(LOST));
        stale.clear();
    }

    private void giveBack(boolean later) {
        List<Delivery> back = new ArrayList<>();
        answers.forEach(answer -> back.add(answer.delivery()));
        back.addAll(underWay);
        answers.clear();
        underWay.clear();
        back.forEach(delivery -> ledger.settled(delivery.copy(), LOST));
        if (later) {
            stale.addAll(back);
        } else {
            back.forEach(delivery -> delivery.answer(LOST));
        }
    }
}
