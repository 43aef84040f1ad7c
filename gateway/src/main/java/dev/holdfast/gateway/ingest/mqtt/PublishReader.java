package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.journal.TopicTable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads PUBLISH, sections 3.3 of both standards, and resolves its topic alias. One for each connection; its fields tell
 * of the packet read last.
 */
final class PublishReader implements Storable {

    /** Kept for a topic that passes its limit, which an alias would hold for as long as the connection lives. */
    private static final Topic TOO_LONG = Topic.of("#");

    private final PacketReader in;
    private final PropertyReader properties;
    private final TopicTable topics;
    private final Limits.Messages limits;

    // valid for the connection
    private @Nullable Topic[] aliases = new @Nullable Topic[0];

    // valid for one packet
    private Topic topic = Topic.of("");
    private int qos;
    private boolean retain;
    private int packetId;
    private int propertiesFrom;
    private boolean setsAlias;
    private int aliasFrom;
    private int aliasTo;
    private int propertiesTo;
    private @Nullable Limit limitPassed;

    PublishReader(Loop loop, Limits.Messages limits) {
        this.in = loop.packetReader();
        this.properties = loop.propertyReader();
        this.topics = loop.topics();
        this.limits = limits;
    }

    /**
     * Reads the packet to which the loop's reader points, up to its payload.
     *
     * @param aliasMaximum the largest topic alias that the client was told
     */
    void read(int flags, boolean mqtt5, int aliasMaximum) {
        qos = flags >> 1 & 3;
        retain = (flags & 1) != 0;
        limitPassed = null;
        Topic named = readTopic(mqtt5);
        setsAlias = false;
        packetId = qos == 0 ? 0 : in.readPacketId("PUBLISH");
        int alias = mqtt5 ? readProperties() : noProperties();
        topic = resolve(named, alias, aliasMaximum);
    }

    private @Nullable Topic readTopic(boolean mqtt5) {
        int length = in.readStringBytes("the topic name");
        if (length == 0 && mqtt5) {
            return null;
        }
        Topic known = topics.find(in.scratch(), 0, length);
        if (known != null) {
            return known;
        }
        Topic checked = TopicName.check(in.scratch(), length);
        limitPassed = TopicName.limitPassed(checked, limits);
        return TopicName.isReserved(checked) || limitPassed != null ? checked : topics.add(checked);
    }

    private int noProperties() {
        propertiesFrom = in.position();
        aliasFrom = propertiesFrom;
        aliasTo = propertiesFrom;
        propertiesTo = propertiesFrom;
        return -1;
    }

    /** Checks the properties and notes where they are; returns the topic alias, or -1. */
    private int readProperties() {
        properties.begin(PropertyReader.OF_PUBLISH);
        int alias = noProperties();
        propertiesTo = properties.end();
        for (int property = properties.next(); property != PropertyReader.END; property = properties.next()) {
            if (property == PropertyReader.TOPIC_ALIAS) {
                alias = (int) properties.number();
                aliasFrom = properties.start();
                aliasTo = in.position();
            } else if (property == PropertyReader.SUBSCRIPTION_IDENTIFIER) {
                throw MqttException.protocolError("a client's PUBLISH has a subscription identifier");
            }
        }
        Limit passed = properties.limitPassed();
        limitPassed = passed == null ? limitPassed : passed;
        return alias;
    }

    /** Section 3.3.2.3.4. */
    private Topic resolve(@Nullable Topic named, int alias, int aliasMaximum) {
        if (alias < 0) {
            if (named == null) {
                throw MqttException.protocolError("there is neither a topic name nor a topic alias");
            }
            return named;
        }
        if (alias == 0 || alias > aliasMaximum) {
            throw new MqttException(
                    ReasonCode.TOPIC_ALIAS_INVALID, "topic alias " + alias + ", allowed is 1 to " + aliasMaximum);
        }
        if (aliases.length <= alias) {
            aliases = Arrays.copyOf(aliases, Math.min(aliasMaximum + 1, Math.max(alias + 1, aliases.length * 2)));
        }
        if (named != null) {
            aliases[alias] = named.length() > limits.topicBytes() ? TOO_LONG : named;
            setsAlias = true;
            return named;
        }
        Topic known = aliases[alias];
        if (known == null) {
            throw MqttException.protocolError("topic alias " + alias + " was not set on this connection");
        }
        Limit passed = known.equals(TOO_LONG) ? Limit.TOPIC_BYTES : TopicName.limitPassed(known, limits);
        limitPassed = passed == null ? limitPassed : passed;
        return known;
    }

    /** The limit that topic or user properties pass, null for none. */
    @Nullable
    Limit limitPassed() {
        return limitPassed;
    }

    @Override
    public Topic topic() {
        return topic;
    }

    boolean retain() {
        return retain;
    }

    /** Why a message that may not be taken is refused, for people. */
    String whyRefused() {
        if (TopicName.isReserved(topic)) {
            return "topics that begin with $ are the server's own";
        }
        return limitPassed == null
                ? "it may not publish to \"" + Printable.of(topic.name()) + '"'
                : "its message passes the limit " + limitPassed.key();
    }

    int qos() {
        return qos;
    }

    int packetId() {
        return packetId;
    }

    /** Whether it says what a topic alias stands for from now on. */
    boolean setsAlias() {
        return setsAlias;
    }

    /** Bytes of the properties that belong to the message; the topic alias belongs to the connection. */
    @Override
    public int propertiesLength() {
        return propertiesTo - propertiesFrom - (aliasTo - aliasFrom);
    }

    @Override
    public int payloadLength() {
        return in.remaining();
    }

    /** Begins a message of this topic and these lengths; false when the fragment has no room for another topic. */
    @Override
    public boolean beginIn(Fragment fragment) {
        return fragment.begin(topic, qos, retain, propertiesLength(), payloadLength());
    }

    /** Copies properties and payload to the message just begun. */
    @Override
    public void copyTo(Fragment fragment) {
        if (propertiesLength() > 0) {
            copy(fragment, propertiesFrom, aliasFrom - propertiesFrom);
            copy(fragment, aliasTo, propertiesTo - aliasTo);
        }
        copy(fragment, in.position(), in.remaining());
    }

    /** Properties and payload. */
    byte[] content() {
        byte[] bytes = new byte[propertiesLength() + payloadLength()];
        int before = aliasFrom - propertiesFrom;
        in.buffer().getBytes(propertiesFrom, bytes, 0, before);
        in.buffer().getBytes(aliasTo, bytes, before, propertiesTo - aliasTo);
        in.buffer().getBytes(in.position(), bytes, propertiesLength(), payloadLength());
        return bytes;
    }

    private void copy(Fragment fragment, int from, int length) {
        int at = fragment.claim(length);
        in.buffer().getBytes(from, fragment.buffer(), at, length);
    }
}
