package dev.holdfast.sink.mqtt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
import dev.holdfast.sink.MessageProperties;
import dev.holdfast.tap.TapLink;
import dev.holdfast.tap.TapLink.Granted;
import dev.holdfast.tap.TapMessage;
import dev.holdfast.tap.TapSession;
import io.reactivex.disposables.Disposable;
import io.reactivex.internal.functions.Functions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One link of a tap: a client that connects once, takes up the session that the broker has for its client id, and is thrown
 * away when it is lost. What it has not acknowledged then comes again over the next one.
 *
 * <p>The flow of messages is there before the client connects: what a present session sends at once would be lost else. A
 * client of its own for each link, because one that connects again with unacknowledged messages counts them against the
 * Receive Maximum of the new connection.
 */
final class TapConnection {

    /** How many messages a Mosquitto has dropped, for whatever client. */
    private static final String DROPPED = "$SYS/broker/publish/messages/dropped";

    /** The gateway can't store more, so that a larger one would be in the way for ever. */
    private static final int MAX_PACKET_BYTES = 4 << 20;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final MqttTapSettings settings;
    private final Upstream upstream;
    private final BrokerAddress address;
    private final @Nullable Tls tls;
    private final int receiveMaximum;
    private final Runnable whenUp;
    private final TapLink observer;
    private final TapSession session;
    private final Mqtt5RxClient client;
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable Disposable messages;

    /**
     * A link that is not up yet.
     *
     * @param session what is known of it
     * @param mostUnacknowledged what may be unacknowledged, if the session was not overrun and the settings do not say less
     * @param whenUp run when the broker has granted what we subscribe to
     * @throws TlsFilesException if a file that TLS needs can't be used now
     */
    TapConnection(
            MqttTapSettings settings,
            BrokerAddress address,
            TapSession session,
            int mostUnacknowledged,
            Runnable whenUp,
            TapLink observer)
            throws TlsFilesException {
        this.settings = settings;
        this.upstream = settings.upstream();
        this.address = address;
        this.session = session;
        this.receiveMaximum = session.overrun()
                ? MqttTapSettings.MAX_RECEIVE_MAXIMUM // else it would go on for ever
                : Math.min(settings.receiveMaximum(), mostUnacknowledged);
        this.whenUp = whenUp;
        this.observer = observer;
        this.tls = address.tls() ? upstream.tls().read() : null;
        this.client = Clients.of(upstream, address, tls, this::disconnected);
    }

    void connect() {
        messages = client.publishes(MqttGlobalPublishFilter.ALL, true)
                .subscribe(this::received, Functions.emptyConsumer());
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .cleanStart(false)
                .sessionExpiryInterval(settings.sessionExpirySeconds())
                .keepAlive(upstream.keepAliveSeconds())
                .restrictions(restrictions());
        Disposable unused = client.connect(upstream.loggingIn(connect).build()).subscribe(this::connected, error -> {
            // the listener is told too, and knows more
        });
    }

    private Mqtt5ConnectRestrictions restrictions() {
        var restrictions = Mqtt5ConnectRestrictions.builder();
        if (upstream.old()) {
            return restrictions.build(); // nobody would tell the broker
        }
        return restrictions
                .receiveMaximum(receiveMaximum)
                .maximumPacketSize(MAX_PACKET_BYTES)
                .build();
    }

    private void connected(Mqtt5ConnAck answer) {
        Clients.endWithLink(client);
        if (over.get()) { // closed before the answer came
            disconnect();
            return;
        }
        boolean present = answer.isSessionPresent();
        observer.session(present);
        if (present) {
            giveUp(session.filters().stream()
                    .filter(filter -> !settings.topics().contains(filter))
                    .toList());
        }
        if (settings.watchDrops()) {
            Disposable unused = client.subscribe(Mqtt5Subscribe.builder()
                            .topicFilter(DROPPED)
                            .qos(MqttQos.AT_MOST_ONCE)
                            .build())
                    .subscribe(Functions.emptyConsumer(), Functions.emptyConsumer());
        }
        boolean asBefore = present && session.filters().containsAll(settings.topics());
        if (upstream.old() && asBefore && settings.retained() == MqttTapSettings.Retained.NEW) {
            whenUp.run();
            observer.subscribed(List.of()); // 3.1.1 would send all retained messages again
        } else {
            subscribe();
        }
    }

    private void giveUp(List<String> filters) {
        for (String filter : filters) {
            Disposable unused = client.unsubscribe(
                            Mqtt5Unsubscribe.builder().topicFilter(filter).build())
                    .subscribe(Functions.emptyConsumer(), Functions.emptyConsumer());
        }
    }

    private void subscribe() {
        List<Mqtt5Subscription> filters = new ArrayList<>();
        for (String filter : settings.topics()) {
            filters.add(Mqtt5Subscription.builder()
                    .topicFilter(filter)
                    .qos(qos(settings.qos()))
                    .retainHandling(retainHandling())
                    .retainAsPublished(true)
                    .build());
        }
        Disposable unused = client.subscribe(
                        Mqtt5Subscribe.builder().addSubscriptions(filters).build())
                .subscribe(answer -> answered(answer.getReasonCodes()), this::notSubscribed);
    }

    private Mqtt5RetainHandling retainHandling() {
        return switch (settings.retained()) {
            case NEW -> Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST;
            case ALWAYS -> Mqtt5RetainHandling.SEND;
            case NEVER -> Mqtt5RetainHandling.DO_NOT_SEND;
        };
    }

    /** The QoS of that number. */
    static MqttQos qos(int code) {
        return code == 0 ? MqttQos.AT_MOST_ONCE : code == 1 ? MqttQos.AT_LEAST_ONCE : MqttQos.EXACTLY_ONCE;
    }

    private void notSubscribed(Throwable error) {
        if (error instanceof Mqtt5SubAckException refused) {
            answered(refused.getMqttMessage().getReasonCodes());
        } // else the link was lost
    }

    private void answered(List<Mqtt5SubAckReasonCode> codes) {
        List<Granted> granted = new ArrayList<>();
        for (int i = 0; i < settings.topics().size(); i++) {
            Mqtt5SubAckReasonCode code = codes.get(i);
            int qos = code.isError() ? Granted.REFUSED : code.getCode();
            String why = code.isError() ? Failure.words(code) : "";
            granted.add(new Granted(settings.topics().get(i), settings.qos(), qos, why));
        }
        whenUp.run();
        observer.subscribed(granted);
    }

    // --- messages -----------------------------------------------------------------------------------------------

    private void received(Mqtt5Publish publish) {
        if (over.get()) {
            return; // not acknowledged, it comes again
        }
        String topic = publish.getTopic().toString();
        ByteBuffer payload = publish.getPayload().orElse(EMPTY);
        if (topic.equals(DROPPED)) {
            publish.acknowledge();
            String count = US_ASCII.decode(payload.duplicate()).toString();
            if (count.matches("[0-9]{1,18}")) {
                observer.brokerDropped(Long.parseLong(count));
            }
            return;
        }
        observer.received(new TapMessage(
                topic,
                payload,
                publish.getQos().getCode(),
                publish.isRetain(),
                properties(publish),
                () -> acknowledge(publish)));
    }

    private void acknowledge(Mqtt5Publish publish) {
        try {
            publish.acknowledge();
        } catch (RejectedExecutionException e) {
            // the link has ended, and the client's threads with it: the message comes again
        }
    }

    private static MessageProperties properties(Mqtt5Publish publish) {
        boolean none = publish.getUserProperties().asList().isEmpty()
                && publish.getMessageExpiryInterval().isEmpty()
                && publish.getPayloadFormatIndicator().isEmpty()
                && publish.getContentType().isEmpty()
                && publish.getResponseTopic().isEmpty()
                && publish.getCorrelationData().isEmpty();
        if (none) {
            return MessageProperties.NONE;
        }
        List<MessageProperties.UserProperty> user = new ArrayList<>();
        publish.getUserProperties()
                .asList()
                .forEach(property -> user.add(new MessageProperties.UserProperty(
                        property.getName().toString(), property.getValue().toString())));
        return new MessageProperties(
                publish.getPayloadFormatIndicator()
                        .map(Mqtt5PayloadFormatIndicator.UTF_8::equals)
                        .orElse(null),
                publish.getMessageExpiryInterval().isPresent()
                        ? Long.valueOf(publish.getMessageExpiryInterval().getAsLong())
                        : null,
                publish.getContentType().map(Object::toString).orElse(null),
                publish.getResponseTopic().map(Object::toString).orElse(null),
                publish.getCorrelationData().orElse(null),
                user);
    }

    // --- the end ------------------------------------------------------------------------------------------------

    private void disconnected(MqttClientDisconnectedContext context) {
        release();
        if (!over.compareAndSet(false, true)) {
            return;
        }
        Failure lost = Failure.ofLink(context.getCause(), tls);
        String why = lost.why();
        if (isOverrun(context)) {
            observer.overrun();
            why = "the broker sends more than the Receive Maximum of " + receiveMaximum
                    + " allows; the next link allows " + MqttTapSettings.MAX_RECEIVE_MAXIMUM;
        }
        observer.down(upstream.way(address) + ": " + why, lost.hint());
    }

    /** Whether our client has ended it because the broker did not keep to the Receive Maximum. */
    private static boolean isOverrun(MqttClientDisconnectedContext context) {
        return context.getSource() == MqttDisconnectSource.CLIENT
                && context.getCause() instanceof Mqtt5DisconnectException ended
                && ended.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED;
    }

    /** Takes the link down without telling the observer. */
    void close() {
        over.set(true);
        disconnect();
    }

    private void disconnect() {
        Disposable unused = client.disconnect().subscribe(this::release, error -> {
            // it is not connected yet, and the client would acknowledge what comes when nobody takes it
        });
    }

    private void release() {
        Disposable flow = messages;
        if (flow != null) {
            flow.dispose();
        }
    }
}
