package dev.holdfast.sink.mqtt;

import com.hivemq.client.internal.mqtt.MqttClientConfig;
import com.hivemq.client.internal.mqtt.MqttClientConnectionConfig;
import com.hivemq.client.internal.mqtt.MqttRxClient;
import com.hivemq.client.internal.mqtt.message.MqttMessage;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.MqttVersion;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedListener;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.advanced.interceptor.qos2.Mqtt5OutgoingQos2Interceptor;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5Message;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import io.reactivex.schedulers.Schedulers;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the library's clients. The only place that touches its internal classes, for what its public ones can't do: ALPN; the
 * one interface for both versions of the protocol, whose results are told apart by identity; packet ids.
 *
 * <p>Each client has a thread of its own, so that one that is slow, or waits, holds up no other.
 */
final class Clients {

    private static final int SOCKET_TIMEOUT_SECONDS = 10;
    private static final long CONNACK_TIMEOUT_SECONDS = 20;
    private static final String SUBPROTOCOL = "mqtt";

    private Clients() {}

    /**
     * A client that has not connected yet, and publishes nothing of QoS 2.
     *
     * @param tls null for an address without TLS
     */
    static Mqtt5RxClient of(
            Upstream upstream, BrokerAddress address, @Nullable Tls tls, MqttClientDisconnectedListener listener) {
        return made(upstream, address, tls, listener, builder -> builder);
    }

    /** The same with somebody who is told how the publishing of QoS 2 goes on, on the client's thread. */
    static Mqtt5RxClient of(
            Upstream upstream,
            BrokerAddress address,
            @Nullable Tls tls,
            MqttClientDisconnectedListener listener,
            Mqtt5OutgoingQos2Interceptor qos2) {
        return made(
                upstream,
                address,
                tls,
                listener,
                builder -> builder.advancedConfig()
                        .interceptors()
                        .outgoingQos2Interceptor(qos2)
                        .applyInterceptors()
                        .applyAdvancedConfig());
    }

    private static Mqtt5RxClient made(
            Upstream upstream,
            BrokerAddress address,
            @Nullable Tls tls,
            MqttClientDisconnectedListener listener,
            UnaryOperator<Mqtt5ClientBuilder> more) {
        Executor ownThread = new ThreadPerTaskExecutor(new DefaultThreadFactory("mqtt-" + address.host(), true));
        MqttClientConfig config = config(more.apply(Mqtt5Client.builder())
                .identifier(upstream.clientId())
                .transportConfig(transport(upstream, address))
                .executorConfig()
                .nettyExecutor(ownThread)
                .nettyThreads(1)
                .applicationScheduler(Schedulers.trampoline())
                .applyExecutorConfig()
                .addDisconnectedListener(listener)
                .buildRx());
        MqttClientConfig used = upstream.old() ? inOldVersion(config) : config;
        if (tls != null) {
            used.setCurrentSslContext(tls.context());
        }
        return new MqttRxClient(used);
    }

    /**
     * Has a client that is connected forget all that it knows when its link ends. It would wait for the next link until the
     * session expires, with every message that was not acknowledged; the broker's session is none of its business.
     */
    static void endWithLink(Mqtt5RxClient client) {
        MqttClientConnectionConfig connection = config(client).getRawConnectionConfig();
        if (connection != null) {
            connection.setSessionExpiryInterval(0);
        }
    }

    /** By which packets about one message are told from others. */
    static int packetId(Mqtt5Message message) {
        return ((MqttMessage.WithId) message).getPacketIdentifier();
    }

    private static MqttClientConfig config(Mqtt5RxClient client) {
        return (MqttClientConfig) client.getConfig();
    }

    private static MqttClientConfig inOldVersion(MqttClientConfig config) {
        return new MqttClientConfig(
                MqttVersion.MQTT_3_1_1,
                config.getRawClientIdentifier(),
                config.getTransportConfig(),
                config.getExecutorConfig(),
                config.getAdvancedConfig(),
                config.getConnectDefaults(),
                config.getConnectedListeners(),
                config.getDisconnectedListeners());
    }

    private static MqttClientTransportConfig transport(Upstream upstream, BrokerAddress address) {
        MqttClientTransportConfigBuilder builder = MqttClientTransportConfig.builder()
                .serverHost(address.host())
                .serverPort(address.port())
                .socketConnectTimeout(SOCKET_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .mqttConnectTimeout(CONNACK_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (address.tls()) {
            builder = builder.sslWithDefaultConfig();
        }
        String path = address.path();
        if (path != null) {
            builder = builder.webSocketConfig(MqttWebSocketConfig.builder()
                    .serverPath(path.substring(1))
                    .subprotocol(SUBPROTOCOL)
                    .build());
        }
        ProxyAddress proxy = upstream.proxy();
        return (proxy == null ? builder : builder.proxyConfig(proxy.config(SOCKET_TIMEOUT_SECONDS))).build();
    }
}
