package dev.holdfast.brokertest.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.reactivex.Flowable;
import io.reactivex.schedulers.Schedulers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import javax.net.SocketFactory;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
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
 * {@code bench publish}: for each number that it reads, publishes so many messages with a client library and nothing else, as
 * fast as it goes, with QoS 1 and as many in flight as the broker takes; says that it has done so when all are
 * acknowledged. {@link ClientsPiece} starts it.
 */
@Command(name = "publish", hidden = true)
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class PublishCommand implements Callable<Integer> {

    /** What it says behind each number. */
    static final String DONE = "done";

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

    @Option(names = "--in-flight", required = true)
    private int inFlight;

    private final byte[] payload = new byte[Load.PAYLOAD];

    /** Has so many messages acknowledged. */
    private interface Publisher {

        void publish(long messages) throws Exception;
    }

    @Override
    public Integer call() throws Exception {
        Jvm.endOnFailure();
        new Random(Load.PAYLOAD).nextBytes(payload);
        Publisher publisher = library == Library.HIVEMQ ? withHiveMq() : withPaho();
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            publisher.publish(Long.parseLong(order));
            System.out.println(DONE);
        }
        return 0;
    }

    private static String topic(long number) {
        return "clients/" + number % DEVICES;
    }

    /** It keeps to what the broker takes by itself. Its threads are as the gateway has them. */
    private Publisher withHiveMq() {
        Mqtt5RxClient client = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .identifier("hivemq")
                .executorConfig()
                .nettyThreads(1)
                .applicationScheduler(Schedulers.trampoline())
                .applyExecutorConfig()
                .buildRx();
        int granted = client.connect().blockingGet().getRestrictions().getReceiveMaximum();
        if (granted != inFlight) {
            throw new IllegalStateException("the broker takes " + granted + ", not " + inFlight);
        }
        return messages -> client.publish(messages(messages))
                .doOnNext(result -> result.getError().ifPresent(error -> {
                    throw new IllegalStateException(error);
                }))
                .blockingSubscribe();
    }

    private Flowable<Mqtt5Publish> messages(long messages) {
        return Flowable.generate(() -> 0L, (number, out) -> {
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
    }

    /** It fails with more than it may have in flight, and leaves Nagle's algorithm on. */
    private Publisher withPaho() throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient("tcp://127.0.0.1:" + port, "paho", new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMaxInflight(inFlight);
        options.setSocketFactory(new UndelayedSockets());
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
        return messages -> {
            for (long number = 0; number < messages; number++) {
                room.acquire();
                IMqttDeliveryToken unused = client.publish(topic(number), payload, 1, false, null, acknowledged);
            }
            room.acquire(inFlight);
            room.release(inFlight);
        };
    }

    /** Sockets that send at once. Paho connects them. */
    private static final class UndelayedSockets extends SocketFactory {

        @Override
        public Socket createSocket() throws IOException {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
