package dev.holdfast.gateway.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.sink.Batch;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Outcomes;
import dev.holdfast.sink.Sink;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sink whose other side is the test. It checks that the forwarder keeps to the order of calls. */
final class FakeSink implements Sink {

    /** A message that was delivered and is to be answered. */
    record Delivery(Message message, int index, Outcomes outcomes) {

        String payload() {
            return UTF_8.decode(message.payload().duplicate()).toString();
        }

        void answer(Outcome outcome) {
            outcomes.settle(index, outcome);
        }
    }

    private @Nullable Link link;
    private boolean asked;
    private boolean up;
    private int connects;
    private int disconnects;
    private boolean closed;
    private final List<Delivery> unanswered = new ArrayList<>();

    /** Everything that was ever delivered, in order. */
    private final List<String> delivered = new ArrayList<>();

    private final List<String> stamps = new ArrayList<>();
    private Runnable duringNextDelivery = () -> {};

    @Override
    public String target() {
        return "fake";
    }

    @Override
    public void connect(Link observer) {
        if (up || closed) {
            throw new IllegalStateException("connect while " + (up ? "connected" : "closed"));
        }
        connects++;
        asked = true;
        link = observer;
    }

    @Override
    public void deliver(Batch batch, Outcomes outcomes) {
        if (!up) {
            throw new IllegalStateException("deliver without a link");
        }
        for (int i = 0; i < batch.size(); i++) {
            Delivery delivery = new Delivery(batch.messages().get(i), i, outcomes);
            unanswered.add(delivery);
            delivered.add(delivery.payload());
            stamps.add(delivery.message().identity().stamp());
        }
        Runnable meanwhile = duringNextDelivery;
        duringNextDelivery = () -> {};
        meanwhile.run();
    }

    /** Has something happen while the next batch is delivered. */
    void duringNextDelivery(Runnable what) {
        duringNextDelivery = what;
    }

    @Override
    public void disconnect() {
        disconnects++;
        up = false;
        asked = false;
        giveBack();
    }

    @Override
    public void close() {
        closed = true;
        up = false;
    }

    private Link observer() {
        Link known = link;
        if (known == null) {
            throw new IllegalStateException("nobody has asked for a link");
        }
        return known;
    }

    void up() {
        up(65_535);
    }

    void up(int maxInFlight) {
        up = true;
        asked = false;
        observer().up(new Link.Limits(maxInFlight));
    }

    /** The link is lost; what was in flight comes back. */
    void down(String why, Link.Hint hint) {
        up = false;
        asked = false;
        giveBack();
        observer().down(why, hint);
    }

    private void giveBack() {
        List<Delivery> back = List.copyOf(unanswered);
        unanswered.clear();
        back.forEach(delivery -> delivery.answer(Outcome.retry("the link was lost")));
    }

    /** Answers the message that was delivered first and is not answered. */
    void answer(Outcome outcome) {
        unanswered.remove(0).answer(outcome);
    }

    void acceptAll() {
        while (!unanswered.isEmpty()) {
            answer(Outcome.ACCEPTED);
        }
    }

    List<String> unanswered() {
        return unanswered.stream().map(Delivery::payload).toList();
    }

    /** Takes one out of the row, to answer it out of order. */
    Delivery take(String payload) {
        for (Delivery delivery : unanswered) {
            if (delivery.payload().equals(payload)) {
                unanswered.remove(delivery);
                return delivery;
            }
        }
        throw new IllegalArgumentException(payload + " was not delivered, or is answered");
    }

    /** Whether the link is up. */
    boolean isUp() {
        return up;
    }

    /** What is delivered and not answered. */
    List<Message> messages() {
        return unanswered.stream().map(Delivery::message).toList();
    }

    List<String> delivered() {
        return delivered;
    }

    List<String> sentStamps() {
        return stamps;
    }

    int connects() {
        return connects;
    }

    int disconnects() {
        return disconnects;
    }

    /** Whether the forwarder waits for a link. */
    boolean isAsked() {
        return asked;
    }

    boolean isClosed() {
        return closed;
    }
}
