package dev.holdfast.sink.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import dev.holdfast.sink.Batch;
import dev.holdfast.sink.Identity;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.MessageProperties;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.ProbeStep;
import dev.holdfast.sink.ProbeStep.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tries out the way to one address: name, TCP, and then a link such as messages take, under a client id of its own, and what
 * the link is for: a message for a sink, the subscriptions for a tap. Ends at the first step that fails.
 */
final class Probe {

    private static final String CLIENT_SUFFIX = "-check";
    private static final String TOPIC = "holdfast/check";
    private static final String LANE = "default";
    private static final int NAME_SECONDS = 20;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int LINK_SECONDS = 45;
    private static final int PUBLISH_SECONDS = 20;
    private static final int UNLIMITED = 268_435_460;

    private final MqttSinkSettings settings;
    private final Upstream upstream;
    private final List<Mqtt5Subscription> subscriptions;
    private final BrokerAddress address;
    private final Instant now;
    private final boolean clockSynced;
    private final List<ProbeStep> steps = new ArrayList<>();

    /** Of a sink. */
    Probe(MqttSinkSettings configured, BrokerAddress address, Instant now, boolean clockSynced) {
        this(
                own(configured.upstream()),
                configured.topic(),
                configured.keepRetain(),
                List.of(),
                address,
                now,
                clockSynced);
    }

    /** Of a tap. Of a shared subscription it tries the filter alone, as it would get its share else. */
    Probe(MqttTapSettings configured, BrokerAddress address, Instant now, boolean clockSynced) {
        this(
                own(configured.upstream()),
                TopicTemplate.parse(TopicTemplate.TOPIC, "", ""),
                false,
                configured.topics().stream()
                        .map(filter -> Mqtt5Subscription.builder()
                                .topicFilter(filter.replaceFirst("^\\$share/[^/]*/", ""))
                                .qos(TapConnection.qos(configured.qos()))
                                .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
                                .build())
                        .toList(),
                address,
                now,
                clockSynced);
    }

    private static Upstream own(Upstream configured) {
        return configured.as(configured.clientId() + CLIENT_SUFFIX);
    }

    private Probe(
            Upstream upstream,
            TopicTemplate topic,
            boolean keepRetain,
            List<Mqtt5Subscription> subscriptions,
            BrokerAddress address,
            Instant now,
            boolean clockSynced) {
        this.upstream = upstream;
        this.settings = new MqttSinkSettings(upstream, topic, OptionalInt.of(1), keepRetain, false, () -> 0);
        this.subscriptions = subscriptions;
        this.address = address;
        this.now = now;
        this.clockSynced = clockSynced;
    }

    /** A step failed: there is no next one. */
    private static final class Failed extends Exception {

        private static final long serialVersionUID = 1L;
    }

    List<ProbeStep> run() {
        try {
            connect(look());
            tryLink();
        } catch (Failed e) {
            // it is the last step
        } catch (RuntimeException e) {
            step("check", Result.FAILED, "the check itself failed: " + e, "");
        }
        return steps;
    }

    private void step(String name, Result result, String text, String hint) {
        steps.add(new ProbeStep(address.toString(), name, result, text, hint));
    }

    private Failed failed(String name, String text, String hint) {
        step(name, Result.FAILED, text, hint);
        return new Failed();
    }

    private InetAddress look() throws Failed {
        ProxyAddress proxy = upstream.proxy();
        String host = proxy == null ? address.host() : proxy.host();
        CompletableFuture<InetAddress[]> answer = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        answer.complete(InetAddress.getAllByName(host));
                    } catch (UnknownHostException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "check-name");
        thread.setDaemon(true);
        thread.start();
        InetAddress[] all = await(answer, NAME_SECONDS);
        if (all == null) {
            throw failed(
                    "name",
                    host + " can't be resolved",
                    "look at the spelling, and whether this machine has a name server: getent hosts " + host);
        }
        String found = Arrays.stream(all).map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
        step("name", Result.OK, host + " is " + found, "");
        return all[0];
    }

    private void connect(InetAddress found) throws Failed {
        ProxyAddress proxy = upstream.proxy();
        int port = proxy == null ? address.port() : proxy.port();
        String where = (proxy == null ? "" : "proxy ") + found.getHostAddress() + " port " + port;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(found, port), CONNECT_MILLIS);
        } catch (IOException e) {
            throw failed(
                    "connect",
                    where + ": " + e.getMessage(),
                    "look at the port, at the firewalls in between, and whether the other side runs");
        }
        step("connect", Result.OK, where + " takes connections", "");
    }

    private void tryLink() throws Failed {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        BrokerLink link;
        try {
            link = new BrokerLink(settings, address, new Link() {
                @Override
                public void up(Limits limits) {
                    answer.complete(true);
                }

                @Override
                public void down(String why, Hint hint) {
                    answer.complete(false);
                }
            });
        } catch (TlsFilesException e) {
            throw failed("tls", e.option() + ": " + e.why(), "");
        }
        try {
            link.connect();
            Boolean up = await(answer, LINK_SECONDS);
            Failure failure = up == null
                    ? new Failure("no answer within " + LINK_SECONDS + " s", Link.Hint.LOST, Failure.Stage.LOGIN)
                    : link.failure();
            judge(link, Boolean.TRUE.equals(up) ? null : failure);
            if (subscriptions.isEmpty()) {
                publish(link);
            } else {
                subscribe(link);
            }
        } finally {
            link.close();
        }
    }

    /** The steps of a link that is up, or those up to its failure. */
    private void judge(BrokerLink link, @Nullable Failure failure) throws Failed {
        ProxyAddress proxy = upstream.proxy();
        if (failure != null && failure.stage() == Failure.Stage.PROXY) {
            throw failed("proxy", failure.why(), "look at proxy-username and proxy-password, and at the proxy's rules");
        }
        if (proxy != null && (failure == null || failure.stage() != Failure.Stage.NETWORK)) { // else nobody knows
            step("proxy", Result.OK, proxy + " lets us through", "");
        }
        tls(link.tls(), failure);
        if (failure != null && failure.stage() == Failure.Stage.WEBSOCKET) {
            throw failed("websocket", failure.why(), "look at the path in the url");
        }
        if (failure != null) {
            throw failed(
                    "login",
                    failure.why(),
                    "look at username, password and the rights at the broker; this check logs in as client "
                            + upstream.clientId());
        }
        login(link.granted());
    }

    private void tls(@Nullable Tls tls, @Nullable Failure failure) throws Failed {
        boolean failed = failure != null && failure.stage() == Failure.Stage.TLS;
        if (tls != null && failure != null && failed) {
            step("tls", Result.FAILED, failure.why(), new TlsReport(tls, now).hint(failure.why()));
        } else if (tls != null && !tls.shown().chain().isEmpty()) {
            new TlsReport(tls, now).steps(this::step);
        }
        ClockReport.step(now, clockSynced, tls, this::step);
        if (failed) {
            throw new Failed();
        }
    }

    private void login(@Nullable Mqtt5ConnAckRestrictions broker) {
        String who = "as client " + upstream.clientId()
                + (upstream.username() == null ? ", without a user name" : ", with a user name");
        if (upstream.old() || broker == null) {
            step("login", Result.OK, who + "; MQTT 3.1.1 announces no limits", "");
            return;
        }
        int packet = broker.getMaximumPacketSize();
        int qos = broker.getMaximumQos().getCode();
        boolean retainLost = settings.keepRetain() && !broker.isRetainAvailable();
        String text = who + "; it takes " + broker.getReceiveMaximum() + " in flight, packets of "
                + (packet == UNLIMITED ? "any size" : "up to " + packet + " bytes") + ", QoS up to " + qos
                + (broker.isRetainAvailable() ? ", retained messages" : ", no retained messages");
        String hint = qos == 0
                ? "without QoS 1 nothing is acknowledged, and what is lost on the way is lost"
                : retainLost ? "the retain flag is left out; retain: clear says that this is meant" : "";
        step("login", hint.isEmpty() ? Result.OK : Result.WARNING, text, hint);
    }

    private void publish(BrokerLink link) throws Failed {
        String topic = settings.topic().apply(TOPIC, LANE);
        Message message = new Message(
                new Identity("", LANE, 0, 0, 0),
                TOPIC,
                ByteBuffer.wrap("holdfast check".getBytes(UTF_8)).asReadOnlyBuffer(),
                1,
                false,
                MessageProperties.NONE,
                "",
                now,
                clockSynced);
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        link.deliver(new Batch(List.of(message)), (index, outcome) -> answer.complete(outcome));
        Outcome outcome = await(answer, PUBLISH_SECONDS);
        if (outcome instanceof Outcome.Accepted) {
            String remark = upstream.old() ? ", as far as MQTT 3.1.1 can tell" : "";
            step("publish", Result.OK, "a message to " + topic + " is taken" + remark, "");
            return;
        }
        throw failed(
                "publish",
                "a message to " + topic + ": " + why(outcome),
                "allow client " + upstream.clientId() + " to publish there, or change the topic of the sink");
    }

    private void subscribe(BrokerLink link) throws Failed {
        List<Mqtt5SubAckReasonCode> codes = await(link.subscribe(subscriptions), PUBLISH_SECONDS);
        if (codes == null) {
            throw failed("subscribe", "no answer within " + PUBLISH_SECONDS + " s", "");
        }
        for (int i = 0; i < codes.size(); i++) {
            String filter = subscriptions.get(i).getTopicFilter().toString();
            int asked = subscriptions.get(i).getQos().getCode();
            Mqtt5SubAckReasonCode code = codes.get(i);
            if (code.isError()) {
                throw failed(
                        "subscribe",
                        filter + ": the broker refuses: " + Failure.words(code),
                        "allow client " + upstream.clientId() + ", and the tap's own, to subscribe there");
            }
            boolean less = code.getCode() < asked;
            step(
                    "subscribe",
                    less ? Result.WARNING : Result.OK,
                    filter + " is granted with QoS " + code.getCode() + (less ? ", asked was " + asked : ""),
                    less ? "what the broker loses with this QoS nobody can bring back; raise its max_qos" : "");
        }
    }

    private static String why(@Nullable Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return rejected.why();
        }
        if (outcome instanceof Outcome.Paused paused) {
            return paused.why();
        }
        return outcome instanceof Outcome.Retry retry ? retry.why() : "no answer within " + PUBLISH_SECONDS + " s";
    }

    /** What it comes to; null when it fails, or does not within the time. */
    private static <T> @Nullable T await(CompletableFuture<T> answer, int seconds) {
        try {
            return answer.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
