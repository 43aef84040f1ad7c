package dev.holdfast.sink.mqtt;

import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import dev.holdfast.sink.Batch;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Outcomes;
import io.reactivex.disposables.Disposable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One link to the broker: a client that connects once, with clean start and without a session, and is thrown away when it
 * is lost. Whatever was in flight then comes back as Retry.
 */
final class BrokerLink {

    private final MqttSinkSettings settings;
    private final Upstream upstream;
    private final BrokerAddress address;
    private final @Nullable Tls tls;
    private final Link observer;
    private final Mqtt5RxClient client;
    private final AtomicBoolean over = new AtomicBoolean();
    private final PublishStream stream;
    private volatile @Nullable Publishes publishes;
    private volatile @Nullable Mqtt5ConnAckRestrictions granted;
    private volatile @Nullable Failure failure;

    /**
     * A link that is not up yet.
     *
     * @throws TlsFilesException if a file that TLS needs can't be used now
     */
    BrokerLink(MqttSinkSettings settings, BrokerAddress address, Link observer) throws TlsFilesException {
        this.settings = settings;
        this.upstream = settings.upstream();
        this.address = address;
        this.observer = observer;
        this.tls = address.tls() ? upstream.tls().read() : null;
        this.stream = new PublishStream(settings.nanoTime());
        this.client = Clients.of(upstream, address, tls, this::disconnected, stream);
    }

    /** Begins to connect; the observer is told what comes of it. */
    void connect() {
        Mqtt5ConnectBuilder connect =
                Mqtt5Connect.builder().cleanStart(true).sessionExpiryInterval(0).keepAlive(upstream.keepAliveSeconds());
        Disposable unused = client.connect(upstream.loggingIn(connect).build()).subscribe(this::connected, error -> {
            // the listener is told too, and knows more
        });
    }

    private void connected(Mqtt5ConnAck answer) {
        if (over.get()) { // closed before the answer came
            disconnect();
        } else {
            granted = answer.getRestrictions();
            publishes = new Publishes(settings, answer.getRestrictions());
            client.publish(stream.publishes()).subscribe(stream);
            observer.up(new Link.Limits(answer.getRestrictions().getReceiveMaximum()));
        }
    }

    private void disconnected(MqttClientDisconnectedContext context) {
        if (over.compareAndSet(false, true)) {
            Failure lost = Failure.ofLink(context.getCause(), tls);
            failure = lost;
            stream.giveBack(lost.why());
            observer.down(upstream.way(address) + ": " + lost.why(), lost.hint());
        }
    }

    /** What TLS has shown so far; null without TLS. */
    @Nullable
    Tls tls() {
        return tls;
    }

    /** What the broker said that it takes; null before the link was up. */
    @Nullable
    Mqtt5ConnAckRestrictions granted() {
        return granted;
    }

    /** Why the link is down; null before. */
    @Nullable
    Failure failure() {
        return failure;
    }

    /** Sends a batch. The link must have been reported as up. */
    void deliver(Batch batch, Outcomes outcomes) {
        Publishes made = publishes;
        if (made == null) {
            throw new IllegalStateException("the link is not up");
        }
        List<Mqtt5Publish> ready = new ArrayList<>(batch.size());
        int[] indexes = new int[batch.size()];
        for (int i = 0; i < batch.size(); i++) {
            try {
                Mqtt5Publish publish = made.of(batch.messages().get(i));
                indexes[ready.size()] = i;
                ready.add(publish);
            } catch (UnpublishableException e) {
                outcomes.settle(i, new Outcome.Rejected(e.why()));
            }
        }
        stream.publish(ready, indexes, outcomes);
    }

    /** Subscribes; what was granted, or else refused. The link must have been reported as up. */
    CompletableFuture<List<Mqtt5SubAckReasonCode>> subscribe(List<Mqtt5Subscription> subscriptions) {
        CompletableFuture<List<Mqtt5SubAckReasonCode>> granted = new CompletableFuture<>();
        Disposable unused = client.subscribe(
                        Mqtt5Subscribe.builder().addSubscriptions(subscriptions).build())
                .subscribe(answer -> granted.complete(answer.getReasonCodes()), error -> {
                    if (error instanceof Mqtt5SubAckException refused) {
                        granted.complete(refused.getMqttMessage().getReasonCodes());
                    } else {
                        granted.completeExceptionally(error);
                    }
                });
        return granted;
    }

    /** Takes the link down without telling the observer. */
    void close() {
        over.set(true);
        stream.giveBack("the link was taken down");
        disconnect();
    }

    private void disconnect() {
        Disposable unused = client.disconnect().subscribe(() -> {}, error -> {
            // it was not connected, or is not any more
        });
    }
}
