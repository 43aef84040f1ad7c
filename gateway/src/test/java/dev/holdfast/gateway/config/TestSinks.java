package dev.holdfast.gateway.config;

import dev.holdfast.sink.Batch;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Option;
import dev.holdfast.sink.Outcomes;
import dev.holdfast.sink.Sink;
import dev.holdfast.sink.SinkConfig;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.sink.SinkContext;
import dev.holdfast.sink.SinkFactory;
import java.util.List;
import java.util.Optional;

/** Adapters that describe options of every kind and never make a sink. */
final class TestSinks {

    static final SinkFactory MQTT = new Described(
            "mqtt",
            List.of(
                    Option.required("url", "Where the broker is."),
                    Option.optional("username", "Who logs in."),
                    Option.secret("password", "With what."),
                    Option.optional("client-id", "Name at the broker."),
                    Option.oneOf("version", List.of("3.1.1", "5"), "5", "Version of MQTT."),
                    Option.withDefault("receive-maximum", Option.Kind.NUMBER, "1000", "How many at once."),
                    Option.withDefault("stamp", Option.Kind.FLAG, "true", "Whether to identify messages."),
                    Option.withDefault("keep-alive", Option.Kind.DURATION, "60s", "How often to ping.")));

    static final SinkFactory HTTP = new Described(
            "http",
            List.of(
                    Option.required("url", "Where to post."),
                    Option.secret("token", "Bearer token."),
                    new Option("pin", Option.Kind.NUMBER, true, null, List.of(), true, false, "Secret number.")));

    static final SinkFactory MANY = new Described(
            "many",
            List.of(Option.oneOrMore("url", "Where the brokers are."), Option.secret("password", "With what.")));

    static final Adapters ALL = new Adapters(List.of(MQTT, HTTP, MANY), Optional.empty());

    private TestSinks() {}

    record Described(String type, List<Option> options) implements SinkFactory {

        @Override
        public Sink open(SinkConfig config, SinkContext context) throws SinkConfigException {
            if (type.equals("many")) {
                return new NoSink(config.texts("url"));
            }
            if (config.text("url").equals("bad")) {
                throw new SinkConfigException("url", "\"bad\" is no address");
            }
            if (config.text("url").equals("weak")) {
                throw new SinkConfigException(
                        "password", "\"" + config.optionalText("password").orElse("") + "\" is too short");
            }
            return new NoSink(List.of(config.text("url")));
        }
    }

    private record NoSink(List<String> addresses) implements Sink {

        @Override
        public String target() {
            return String.join(", ", addresses);
        }

        @Override
        public void connect(Link link) {
            throw new UnsupportedOperationException("reading a configuration connects to nothing");
        }

        @Override
        public void deliver(Batch batch, Outcomes outcomes) {
            throw new UnsupportedOperationException("reading a configuration delivers nothing");
        }

        @Override
        public void disconnect() {
            throw new UnsupportedOperationException("reading a configuration connects to nothing");
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
