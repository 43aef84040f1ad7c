package dev.holdfast.sink.mqtt;

import dev.holdfast.sink.Option;
import dev.holdfast.sink.SinkConfig;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.tap.Tap;
import dev.holdfast.tap.TapContext;
import dev.holdfast.tap.TapFactory;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Makes {@link MqttTap}s. */
public final class MqttTapFactory implements TapFactory {

    private static final String QOS = "qos";
    private static final String RETAINED = "retained";
    private static final String RECEIVE_MAXIMUM = "receive-maximum";
    private static final String SESSION_EXPIRY = "session-expiry";
    private static final String WATCH_DROPS = "watch-drops";

    private static final String NEVER = "never";

    /** MQTT 5 section 3.1.2.11.2: this one stands for no end. */
    private static final long MAX_EXPIRY_SECONDS = 0xFFFF_FFFEL;

    private static final UpstreamOptions UPSTREAM = new UpstreamOptions("broker", "GATEWAY-TAP");

    private static final List<Option> OWN_OPTIONS = List.of(
            Option.oneOf(
                    QOS,
                    List.of("0", "1", "2"),
                    "1",
                    "QoS to subscribe with; what comes with 0 is not acknowledged, and what is lost on the way is lost."),
            Option.oneOf(
                    RETAINED,
                    List.of("new", "always", NEVER),
                    "new",
                    "When the broker is to send retained messages: for a new subscription, at each connection, or never."),
            Option.withDefault(
                    RECEIVE_MAXIMUM,
                    Option.Kind.NUMBER,
                    "1000",
                    "How many messages may be on their way and not on disk, 1 to 65534; as many are kept in memory when"
                            + " there is no room for them."),
            Option.withDefault(
                    SESSION_EXPIRY,
                    Option.Kind.DURATION,
                    "30d",
                    "How long the broker is to keep our session, and what it has for us, while we are away; 3.1.1 can't say"
                            + " it."),
            Option.withDefault(
                    WATCH_DROPS,
                    Option.Kind.FLAG,
                    "false",
                    "Whether to ask a Mosquitto how many messages it has dropped, by $SYS/broker/publish/messages/dropped;"
                            + " more of them are a possible gap."));

    private static final List<Option> OPTIONS =
            Stream.concat(UPSTREAM.all().stream(), OWN_OPTIONS.stream()).toList();

    /** Called by ServiceLoader. */
    public MqttTapFactory() {}

    @Override
    public List<Option> options() {
        return OPTIONS;
    }

    @Override
    public Tap open(SinkConfig config, TapContext context) throws SinkConfigException {
        Upstream upstream = UPSTREAM.read(config, context.gateway() + "-" + context.tap());
        String retained = config.text(RETAINED);
        if (upstream.old() && retained.equals(NEVER)) {
            throw new SinkConfigException(
                    RETAINED, "MQTT 3.1.1 can't do without the retained messages of a new subscription");
        }
        long receiveMaximum = config.number(RECEIVE_MAXIMUM);
        if (receiveMaximum < 1 || receiveMaximum > MqttTapSettings.MAX_RECEIVE_MAXIMUM) {
            throw new SinkConfigException(RECEIVE_MAXIMUM, "it must be 1 to " + MqttTapSettings.MAX_RECEIVE_MAXIMUM);
        }
        long expiry = config.duration(SESSION_EXPIRY).toSeconds();
        if (expiry < 1) {
            throw new SinkConfigException(SESSION_EXPIRY, "without a session what is sent while we are away is lost");
        }
        return new MqttTap(new MqttTapSettings(
                upstream,
                context.topics(),
                Integer.parseInt(config.text(QOS)),
                MqttTapSettings.Retained.valueOf(retained.toUpperCase(Locale.ROOT)),
                (int) receiveMaximum,
                Math.min(expiry, MAX_EXPIRY_SECONDS),
                config.flag(WATCH_DROPS)));
    }
}
