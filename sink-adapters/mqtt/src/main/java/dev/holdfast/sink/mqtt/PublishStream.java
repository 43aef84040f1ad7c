package dev.holdfast.sink.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Outcomes;
import io.reactivex.Flowable;
import io.reactivex.FlowableSubscriber;
import io.reactivex.processors.UnicastProcessor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/**
 * All that is published over one link: one stream of publishes into the client, one stream of results out of it.
 *
 * <p>One stream for the whole link, because the client merges streams without regard to their order; and a stream at all,
 * because a future for each message costs the drain its speed. The route's thread publishes, results come on the client's.
 */
final class PublishStream implements FlowableSubscriber<Mqtt5PublishResult> {

    private record Pending(Mqtt5Publish publish, Outcomes outcomes, int index) {

        void settle(Outcome outcome) {
            outcomes.settle(index, outcome);
        }
    }

    private final UnicastProcessor<Mqtt5Publish> publishes = UnicastProcessor.create();

    /** What was published and not answered, in order. Guarded by itself. */
    private final Deque<Pending> pending = new ArrayDeque<>();

    /** Why nothing is published any more; null while it is. Guarded by {@link #pending}. */
    private @Nullable String over;

    /** The stream that the client is to subscribe to. */
    Flowable<Mqtt5Publish> publishes() {
        return publishes;
    }

    /** Publishes; the outcome of each is settled at the index that stands beside it. */
    void publish(List<Mqtt5Publish> batch, int[] indexes, Outcomes outcomes) {
        String refusal;
        synchronized (pending) {
            refusal = over;
            if (refusal == null) {
                for (int i = 0; i < batch.size(); i++) {
                    pending.addLast(new Pending(batch.get(i), outcomes, indexes[i]));
                }
            }
        }
        for (int i = 0; i < batch.size(); i++) {
            if (refusal == null) {
                publishes.onNext(batch.get(i));
            } else {
                outcomes.settle(indexes[i], Outcome.retry(refusal));
            }
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Mqtt5PublishResult result) {
        Pending answered = take(result.getPublish());
        if (answered != null) {
            answered.settle(result.getError().map(Failure::ofMessage).orElse(Outcome.ACCEPTED));
        }
    }

    /** Takes out what was answered: the oldest, as long as the broker acknowledges in order. */
    @SuppressWarnings("ReferenceEquality") // the client gives back the very object that it was given
    private @Nullable Pending take(Mqtt5Publish publish) {
        synchronized (pending) {
            for (Iterator<Pending> all = pending.iterator(); all.hasNext(); ) {
                Pending candidate = all.next();
                if (candidate.publish() == publish) {
                    all.remove();
                    return candidate;
                }
            }
            return null; // was given back
        }
    }

    @Override
    public void onError(Throwable error) {
        giveBack(Failure.ofLink(error).why());
    }

    @Override
    public void onComplete() {
        giveBack("the link was lost");
    }

    /** Settles with Retry what was not answered, and whatever comes after. Any thread. */
    void giveBack(String why) {
        List<Pending> unanswered;
        synchronized (pending) {
            if (over == null) {
                over = why;
            }
            unanswered = List.copyOf(pending);
            pending.clear();
        }
        unanswered.forEach(message -> message.settle(Outcome.retry(why)));
        publishes.onComplete(); // else the client would keep its threads for this stream
    }
}
