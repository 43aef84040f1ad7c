package dev.holdfast.sink.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import dev.holdfast.sink.Option;
import dev.holdfast.sink.Sink;
import dev.holdfast.sink.SinkConfig;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.sink.SinkContext;
import dev.holdfast.sink.SinkFactory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes {@link MqttSink}s: type {@code mqtt}. */
public final class MqttSinkFactory implements SinkFactory {

    private static final String URL = "url";
    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";
    private static final String CLIENT_ID = "client-id";
    private static final String TOPIC = "topic";
    private static final String QOS = "qos";
    private static final String RETAIN = "retain";
    private static final String STAMP = "stamp";
    private static final String KEEP_ALIVE = "keep-alive";

    private static final String KEEP = "keep";
    private static final int MAX_KEEP_ALIVE_SECONDS = 65_535;

    private static final List<Option> OPTIONS = List.of(
            Option.required(URL, "Address of the broker: mqtt://host:port, or mqtts://host:port for TLS."),
            Option.optional(USERNAME, "User name to log in with."),
            Option.secret(PASSWORD, "Password to log in with; best as ${file:/path}."),
            Option.optional(CLIENT_ID, "MQTT client id; by default holdfast-GATEWAY-ROUTE."),
            Option.withDefault(
                    TOPIC,
                    Option.Kind.TEXT,
                    TopicTemplate.TOPIC,
                    "Topic to publish to; {topic}, {gateway}, {lane} and {route} are filled in."),
            Option.oneOf(QOS, List.of(KEEP, "0", "1", "2"), KEEP, "QoS to publish with; keep takes the message's own."),
            Option.oneOf(
                    RETAIN,
                    List.of(KEEP, "clear"),
                    KEEP,
                    "What to do with the retain flag; keep passes it on as the device set it."),
            Option.withDefault(
                    STAMP,
                    Option.Kind.FLAG,
                    "true",
                    "Whether to add the user property holdfast, by which consumers recognise duplicates and gaps."),
            Option.withDefault(
                    KEEP_ALIVE, Option.Kind.DURATION, "30s", "How often to ask an idle broker whether it is there."));

    /** Called by ServiceLoader. */
    public MqttSinkFactory() {}

    @Override
    public String type() {
        return "mqtt";
    }

    @Override
    public List<Option> options() {
        return OPTIONS;
    }

    @Override
    public Sink open(SinkConfig config, SinkContext context) throws SinkConfigException {
        BrokerAddress address = address(config);
        Optional<String> username = config.optionalText(USERNAME);
        Optional<String> password = config.optionalText(PASSWORD);
        if (password.isPresent() && username.isEmpty()) {
            throw new SinkConfigException(PASSWORD, "there is a password without a username");
        }
        long keepAlive = config.duration(KEEP_ALIVE).toSeconds();
        if (keepAlive < 1 || keepAlive > MAX_KEEP_ALIVE_SECONDS) {
            throw new SinkConfigException(KEEP_ALIVE, "it must be 1s to " + MAX_KEEP_ALIVE_SECONDS + "s");
        }
        MqttSinkSettings settings = new MqttSinkSettings(
                address,
                mqttText(
                        CLIENT_ID,
                        config.optionalText(CLIENT_ID).orElse("holdfast-" + context.gateway() + "-" + context.route())),
                username.isEmpty() ? null : mqttText(USERNAME, username.get()),
                password.orElse(null),
                (int) keepAlive,
                template(config, context),
                qos(config),
                config.text(RETAIN).equals(KEEP),
                config.flag(STAMP));
        return new MqttSink(settings);
    }

    private static BrokerAddress address(SinkConfig config) throws SinkConfigException {
        try {
            return BrokerAddress.parse(config.text(URL));
        } catch (IllegalArgumentException e) {
            throw new SinkConfigException(URL, String.valueOf(e.getMessage()));
        }
    }

    /** What the client library would refuse only when it connects. */
    private static String mqttText(String option, String text) throws SinkConfigException {
        try {
            MqttUtf8String unused = MqttUtf8String.of(text);
            return text;
        } catch (IllegalArgumentException e) {
            throw new SinkConfigException(option, "it can't be sent over MQTT: " + e.getMessage());
        }
    }

    private static TopicTemplate template(SinkConfig config, SinkContext context) throws SinkConfigException {
        try {
            return TopicTemplate.parse(config.text(TOPIC), context.gateway(), context.route());
        } catch (IllegalArgumentException e) {
            throw new SinkConfigException(TOPIC, String.valueOf(e.getMessage()));
        }
    }

    private static OptionalInt qos(SinkConfig config) {
        String qos = config.text(QOS);
        return qos.equals(KEEP) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(qos));
    }
}
