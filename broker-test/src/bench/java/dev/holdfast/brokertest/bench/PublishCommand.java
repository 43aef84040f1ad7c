package dev.holdfast.brokertest.bench;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.reactivex.Flowable;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code bench publish}: publishes with a client library and nothing else, as fast as it goes, with QoS 1 and as many
 * messages in flight as the broker takes; ends when all are acknowledged. {@link ClientsPiece} starts it.
 */
@Command(name = "publish", hidden = true)
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class PublishCommand implements Callable<Integer> {

    private static final int DEVICES = 8;

    /** The libraries. */
    enum Library {
        HIVEMQ,
        PAHO
    }

    @Parameters(index = "0")
    private Library library;

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--messages", required = true)
    private long messages;

    @Option(names = "--in-flight", required = true)
    private int inFlight;

    private final byte[] payload = new byte[Load.PAYLOAD];

    @Override
    public Integer call() throws Exception {
        Jvm.endOnFailure();
        new Random(Load.PAYLOAD).nextBytes(payload);
        if (library == Library.HIVEMQ) {
            withHiveMq();
        } else {
            withPaho();
        }
        return 0;
    }

    private static String topic(long number) {
        return "clients/" + number % DEVICES;
    }

    /** It keeps to what the broker takes by itself. */
    private void withHiveMq() {
        Mqtt5RxClient client = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .identifier("hivemq")
                .buildRx();
        Mqtt5ConnAck answer = client.connect().blockingGet();
        if (answer.getRestrictions().getReceiveMaximum() != inFlight) {
            throw new IllegalStateException(
                    "the broker takes " + answer.getRestrictions().getReceiveMaximum() + ", not " + inFlight);
        }
        Flowable<Mqtt5Publish> all = Flowable.generate(() -> 0L, (number, out) -> {
            if (number == messages) {
                out.onComplete();
            } else {
                out.onNext(Mqtt5Publish.builder()
                        .topic(topic(number))
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(payload)
                        .build());
            }
            return number + 1;
        });
        client.publish(all)
                .doOnNext(result -> result.getError().ifPresent(error -> {
                    throw new IllegalStateException(error);
                }))
                .blockingSubscribe();
        client.disconnect().blockingAwait();
    }

    /** Without a wait of ours it would fail with more than it may have in flight. */
    private void withPaho() throws Exception {
        try (MqttAsyncClient client = new MqttAsyncClient("tcp://127.0.0.1:" + port, "paho", new MemoryPersistence())) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setMaxInflight(inFlight);
            client.connect(options).waitForCompletion();
            Semaphore room = new Semaphore(inFlight);
            IMqttActionListener acknowledged = new IMqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    room.release();
                }

                @Override
                public void onFailure(IMqttToken token, @Nullable Throwable failure) {
                    throw new IllegalStateException(failure);
                }
            };
            for (long number = 0; number < messages; number++) {
                room.acquire();
                publish(client, number, acknowledged);
            }
            room.acquire(inFlight);
            client.disconnect().waitForCompletion();
        }
    }

    private void publish(MqttAsyncClient client, long number, IMqttActionListener acknowledged) throws MqttException {
        client.publish(topic(number), payload, 1, false, null, acknowledged);
    }
}
