package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.Topic;

/**
 * A QoS 1 or 2 message that was passed on to the broker and is not answered yet, as it is to be stored then.
 *
 * @param packetId its packet id
 * @param qos 1 or 2
 * @param retain its retain flag
 * @param lane the lane that it belongs to
 * @param topic its topic, aliases resolved
 * @param propertiesLength bytes of its properties
 * @param stored whether it is to be stored; else there is no room for it, and it is told of as missing
 * @param content properties and payload; nothing of a message that is not stored
 * @param bytes bytes of its topic, properties and payload
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HeldPublish(
        int packetId,
        int qos,
        boolean retain,
        int lane,
        Topic topic,
        int propertiesLength,
        boolean stored,
        byte[] content,
        int bytes)
        implements Storable {

    private static final int OVERHEAD = 96;
    private static final byte[] NOTHING = {};

    /** The message that was just read: a copy, or what there is to tell of it. */
    static HeldPublish of(PublishReader publish, int lane, boolean stored) {
        return new HeldPublish(
                publish.packetId(),
                publish.qos(),
                publish.retain(),
                lane,
                publish.topic(),
                publish.propertiesLength(),
                stored,
                stored ? publish.content() : NOTHING,
                publish.topic().length() + publish.propertiesLength() + publish.payloadLength());
    }

    /** Bytes of memory that it takes, roughly. */
    int footprint() {
        return content.length + OVERHEAD;
    }

    @Override
    public int payloadLength() {
        return content.length - propertiesLength;
    }

    @Override
    public boolean beginIn(Fragment fragment) {
        return fragment.begin(topic, qos, retain, propertiesLength, payloadLength());
    }

    @Override
    public void copyTo(Fragment fragment) {
        int at = fragment.claim(content.length);
        System.arraycopy(content, 0, fragment.buffer(), at, content.length);
    }
}
