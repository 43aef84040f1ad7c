package dev.holdfast.sink.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Outcomes;
import io.reactivex.Flowable;
import io.reactivex.FlowableSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.reactivestreams.Subscription;

/**
 * A batch on its way through the client: one stream of publishes in, one stream of results out, which costs far less than
 * a future for each message. Filled by the route's thread; results come on the client's.
 */
final class PublishFlow implements FlowableSubscriber<Mqtt5PublishResult> {

    private final Outcomes outcomes;
    private final Consumer<PublishFlow> onOver;
    private final List<Mqtt5Publish> publishes;
    private final int[] indexes;
    private final boolean[] answered;

    /** Results come in the order of the publishes, as long as the broker acknowledges in order. */
    private int expected;

    PublishFlow(int messages, Outcomes outcomes, Consumer<PublishFlow> onOver) {
        this.outcomes = outcomes;
        this.onOver = onOver;
        this.publishes = new ArrayList<>(messages);
        this.indexes = new int[messages];
        this.answered = new boolean[messages];
    }

    /** Adds a publish, for the message at this index of the batch. */
    void add(int index, Mqtt5Publish publish) {
        indexes[publishes.size()] = index;
        publishes.add(publish);
    }

    boolean isEmpty() {
        return publishes.isEmpty();
    }

    Flowable<Mqtt5Publish> publishes() {
        return Flowable.fromIterable(publishes);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Mqtt5PublishResult result) {
        int place = find(result.getPublish());
        answered[place] = true;
        while (expected < publishes.size() && answered[expected]) {
            expected++;
        }
        Outcome outcome = result.getError().map(Failure::ofMessage).orElse(Outcome.ACCEPTED);
        outcomes.settle(indexes[place], outcome);
    }

    /** The client gives back the very object that it was given. */
    @SuppressWarnings("ReferenceEquality")
    private int find(Mqtt5Publish publish) {
        for (int i = expected; i < publishes.size(); i++) {
            if (!answered[i] && publishes.get(i) == publish) {
                return i;
            }
        }
        throw new IllegalStateException("the client answered a publish that it was not given");
    }

    @Override
    public void onError(Throwable error) {
        giveBack(Failure.ofLink(error).why());
    }

    @Override
    public void onComplete() {
        onOver.accept(this);
    }

    /** Settles with Retry what was not settled before. Any thread. */
    void giveBack(String why) {
        Outcome retry = Outcome.retry(why);
        for (int i = 0; i < publishes.size(); i++) {
            outcomes.settle(indexes[i], retry);
        }
        onOver.accept(this);
    }
}
