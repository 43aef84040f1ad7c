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
 * @param content properties and payload
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HeldPublish(int packetId, int qos, boolean retain, int lane, Topic topic, int propertiesLength, byte[] content)
        implements Storable {

    private static final int OVERHEAD = 96;

    /** A copy of the message that was just read. */
    static HeldPublish of(PublishReader publish, int lane) {
        return new HeldPublish(
                publish.packetId(),
                publish.qos(),
                publish.retain(),
                lane,
                publish.topic(),
                publish.propertiesLength(),
                publish.content());
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
