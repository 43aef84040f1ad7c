package dev.holdfast.sink.mqtt;

import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.advanced.interceptor.qos2.Mqtt5OutgoingQos2Interceptor;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult.Mqtt5Qos1Result;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult.Mqtt5Qos2Result;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubcomp.Mqtt5PubComp;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrec.Mqtt5PubRec;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrel.Mqtt5PubRel;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrel.Mqtt5PubRelBuilder;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Outcomes;
import io.reactivex.Flowable;
import io.reactivex.FlowableSubscriber;
import io.reactivex.processors.UnicastProcessor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/**
 * All that is published over one link: one stream of publishes into the client, one stream of results out of it.
 *
 * <p>One stream for the whole link, because the client merges streams without regard to their order; and a stream at all,
 * because a future for each message costs the drain its speed. The route's thread publishes, results come on the client's.
 *
 * <p>A message of QoS 2 is settled by its PUBCOMP, of which the client's results say nothing: its PUBREC only promises that the
 * broker will know it again, and Mosquitto hands it on, or keeps it, when the PUBREL has come.
 *
 * <p>A broker writes each acknowledgement by itself. While many are to come, the client's thread lets them gather in the
 * socket for half a millisecond whenever it would go to sleep between them: to wake up costs more than to read them, and
 * the route sends as much at once as was acknowledged at once. When it is busy all the time it does not wait.
 */
final class PublishStream implements FlowableSubscriber<Mqtt5PublishResult>, Mqtt5OutgoingQos2Interceptor {

    private record Pending(Mqtt5Publish publish, Outcomes outcomes, int index) {

        void settle(Outcome outcome) {
            outcomes.settle(index, outcome);
        }
    }

    /** With so many to come, the broker has enough to do while its acknowledgements gather. */
    private static final int MANY = 128;

    private static final long GATHER_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** After so long without an acknowledgement the client's thread has been waiting for one. */
    private static final long GAP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final LongSupplier nanoTime;
    private final UnicastProcessor<Mqtt5Publish> publishes = UnicastProcessor.create();

    /** What was published and not answered, in order. Guarded by itself. */
    private final Deque<Pending> pending = new ArrayDeque<>();

    /** Why nothing is published any more; null while it is. Guarded by {@link #pending}. */
    private @Nullable String over;

    /** What has its PUBREC and not its PUBCOMP, by packet id. The client's thread only. */
    private final Map<Integer, Mqtt5Publish> released = new HashMap<>();

    /** When the last result was handed on. The client's thread only. */
    private long answeredNanos;

    /**
     * A stream of nothing yet.
     *
     * @param nanoTime the gateway's monotonic clock
     */
    PublishStream(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.answeredNanos = nanoTime.getAsLong();
    }

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
        Optional<Throwable> error = result.getError();
        if (result instanceof Mqtt5Qos2Result half && error.isEmpty()) {
            released.put(Clients.packetId(half.getPubRec()), half.getPublish());
            return;
        }
        if (result instanceof Mqtt5Qos1Result) {
            gather();
        }
        settle(result.getPublish(), error.map(Failure::ofMessage).orElse(Outcome.ACCEPTED));
    }

    @Override
    public void onPubRec(
            Mqtt5ClientConfig client, Mqtt5Publish publish, Mqtt5PubRec pubRec, Mqtt5PubRelBuilder pubRel) {
        // its result says the same
    }

    @Override
    public void onPubRecError(Mqtt5ClientConfig client, Mqtt5Publish publish, Mqtt5PubRec pubRec) {
        // its result says the same
    }

    @Override
    public void onPubComp(Mqtt5ClientConfig client, Mqtt5PubRel pubRel, Mqtt5PubComp pubComp) {
        Mqtt5Publish publish = released.remove(Clients.packetId(pubComp));
        if (publish != null) {
            settle(
                    publish,
                    pubComp.getReasonCode().isError()
                            ? Outcome.retry("the broker had lost the message before it took it over")
                            : Outcome.ACCEPTED);
        }
    }

    private void settle(Mqtt5Publish publish, Outcome outcome) {
        Pending answered = take(publish);
        if (answered != null) {
            answered.settle(outcome);
        }
    }

    private void gather() {
        long now = nanoTime.getAsLong();
        if (now - answeredNanos > GAP_NANOS && unanswered() >= MANY) {
            LockSupport.parkNanos(this, GATHER_NANOS);
            now = nanoTime.getAsLong();
        }
        answeredNanos = now;
    }

    private int unanswered() {
        synchronized (pending) {
            return pending.size();
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
