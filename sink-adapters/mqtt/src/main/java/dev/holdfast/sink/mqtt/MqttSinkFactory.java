package dev.holdfast.sink.mqtt;

import dev.holdfast.sink.Option;
import dev.holdfast.sink.Sink;
import dev.holdfast.sink.SinkConfig;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.sink.SinkContext;
import dev.holdfast.sink.SinkFactory;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Makes {@link MqttSink}s: type {@code mqtt}. */
public final class MqttSinkFactory implements SinkFactory {

    private static final String TOPIC = "topic";
    private static final String QOS = "qos";
    private static final String RETAIN = "retain";
    private static final String STAMP = "stamp";

    private static final String KEEP = "keep";
    private static final String AUTO = "auto";

    private static final List<Option> OWN_OPTIONS = List.of(
            Option.withDefault(
                    TOPIC,
                    Option.Kind.TEXT,
                    TopicTemplate.TOPIC,
                    "Topic to publish to; {topic}, {gateway}, {lane} and {route} are filled in, {topic:2} is the topic without its"
                            + " first two levels."),
            Option.oneOf(QOS, List.of(KEEP, "0", "1", "2"), KEEP, "QoS to publish with; keep takes the message's own."),
            Option.oneOf(
                    RETAIN,
                    List.of(KEEP, "clear"),
                    KEEP,
                    "What to do with the retain flag; keep passes it on as the device set it."),
            Option.oneOf(
                    STAMP,
                    List.of(AUTO, "true", "false"),
                    AUTO,
                    "Whether to add the user property holdfast, by which consumers recognise duplicates and gaps;"
                            + " auto does with MQTT 5, 3.1.1 has no user properties."));

    private static final UpstreamOptions UPSTREAM = new UpstreamOptions("url", "GATEWAY-ROUTE");

    private static final List<Option> OPTIONS =
            Stream.concat(UPSTREAM.all().stream(), OWN_OPTIONS.stream()).toList();

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
        Upstream upstream = UPSTREAM.read(config, context.gateway() + "-" + context.route());
        String stamp = config.text(STAMP);
        if (stamp.equals("true") && upstream.old()) {
            throw new SinkConfigException(
                    STAMP,
                    "MQTT 3.1.1 has no user properties, so messages can't be stamped; take mqtt-version: 5, or leave it"
                            + " out and do without");
        }
        return new MqttSink(new MqttSinkSettings(
                upstream,
                template(config, context),
                qos(config),
                config.text(RETAIN).equals(KEEP),
                !stamp.equals("false") && !upstream.old(),
                context.nanoTime()));
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
