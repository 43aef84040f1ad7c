package dev.holdfast.gateway.ingest.mqtt;

/** Reads and checks SUBSCRIBE and UNSUBSCRIBE, sections 3.8 and 3.10, as far as it takes to refuse them. */
final class SubscriptionReader {

    private final PacketReader in;
    private final PropertyReader properties;
    private int packetId;

    SubscriptionReader(Loop loop) {
        this.in = loop.packetReader();
        this.properties = loop.propertyReader();
    }

    /** Of what was read last. */
    int packetId() {
        return packetId;
    }

    /** Returns how many filters there are. */
    int readSubscribe(boolean mqtt5) {
        readHead("SUBSCRIBE", mqtt5, PropertyReader.OF_SUBSCRIBE);
        int filters = 0;
        for (; in.remaining() > 0; filters++) {
            readSubscription(mqtt5);
        }
        return atLeastOne(filters, "SUBSCRIBE");
    }

    /** Returns how many filters there are. */
    int readUnsubscribe(boolean mqtt5) {
        readHead("UNSUBSCRIBE", mqtt5, PropertyReader.OF_UNSUBSCRIBE);
        int filters = 0;
        for (; in.remaining() > 0; filters++) {
            readFilter();
        }
        return atLeastOne(filters, "UNSUBSCRIBE");
    }

    private void readHead(String packet, boolean mqtt5, long allowed) {
        packetId = in.readPacketId(packet);
        if (mqtt5) {
            properties.begin(allowed);
            properties.skipAll();
        }
    }

    private void readSubscription(boolean mqtt5) {
        String filter = readFilter();
        int bits = in.readByte("the subscription options");
        int reserved = mqtt5 ? 0b1100_0000 : 0b1111_1100;
        if ((bits & reserved) != 0) {
            throw MqttException.malformed("the subscription options are 0x" + Integer.toHexString(bits));
        }
        boolean qosIs3 = (bits & 0b11) == 0b11;
        boolean retainHandlingIs3 = (bits & 0b11_0000) == 0b11_0000;
        boolean noLocalIsShared = (bits & 0b100) != 0 && filter.startsWith("$share/");
        if (qosIs3 || retainHandlingIs3 || noLocalIsShared) {
            throw MqttException.protocolError("the subscription options are 0x" + Integer.toHexString(bits));
        }
    }

    private String readFilter() {
        String filter = in.readString("a topic filter");
        if (filter.isEmpty()) {
            throw MqttException.protocolError("a topic filter is empty");
        }
        return filter;
    }

    private static int atLeastOne(int filters, String packet) {
        if (filters == 0) {
            throw MqttException.protocolError(packet + " has no topic filter");
        }
        return filters;
    }
}
