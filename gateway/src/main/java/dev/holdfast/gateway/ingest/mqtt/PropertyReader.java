package dev.holdfast.gateway.ingest.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * Goes over the MQTT 5 properties of a packet and checks each: known, allowed in this packet, not repeated, well-formed
 * (sections 2.2.2 and 3.x.2). One for each connection.
 */
final class PropertyReader {

    static final int PAYLOAD_FORMAT_INDICATOR = 0x01;
    static final int MESSAGE_EXPIRY_INTERVAL = 0x02;
    static final int CONTENT_TYPE = 0x03;
    static final int RESPONSE_TOPIC = 0x08;
    static final int CORRELATION_DATA = 0x09;
    static final int SUBSCRIPTION_IDENTIFIER = 0x0B;
    static final int SESSION_EXPIRY_INTERVAL = 0x11;
    static final int ASSIGNED_CLIENT_IDENTIFIER = 0x12;
    static final int SERVER_KEEP_ALIVE = 0x13;
    static final int AUTHENTICATION_METHOD = 0x15;
    static final int AUTHENTICATION_DATA = 0x16;
    static final int REQUEST_PROBLEM_INFORMATION = 0x17;
    static final int WILL_DELAY_INTERVAL = 0x18;
    static final int REQUEST_RESPONSE_INFORMATION = 0x19;
    static final int RESPONSE_INFORMATION = 0x1A;
    static final int SERVER_REFERENCE = 0x1C;
    static final int REASON_STRING = 0x1F;
    static final int RECEIVE_MAXIMUM = 0x21;
    static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    static final int TOPIC_ALIAS = 0x23;
    static final int MAXIMUM_QOS = 0x24;
    static final int RETAIN_AVAILABLE = 0x25;
    static final int USER_PROPERTY = 0x26;
    static final int MAXIMUM_PACKET_SIZE = 0x27;
    static final int WILDCARD_SUBSCRIPTION_AVAILABLE = 0x28;
    static final int SUBSCRIPTION_IDENTIFIER_AVAILABLE = 0x29;
    static final int SHARED_SUBSCRIPTION_AVAILABLE = 0x2A;

    /** Where {@link #next()} says that there are no more. */
    static final int END = -1;

    private static final long MESSAGE = bit(PAYLOAD_FORMAT_INDICATOR)
            | bit(MESSAGE_EXPIRY_INTERVAL)
            | bit(CONTENT_TYPE)
            | bit(RESPONSE_TOPIC)
            | bit(CORRELATION_DATA)
            | bit(USER_PROPERTY);

    /** What PUBLISH may have. The subscription identifier is only for the other direction, which has its own error. */
    static final long OF_PUBLISH = MESSAGE | bit(TOPIC_ALIAS) | bit(SUBSCRIPTION_IDENTIFIER);

    static final long OF_WILL = MESSAGE | bit(WILL_DELAY_INTERVAL);
    static final long OF_CONNECT = bit(SESSION_EXPIRY_INTERVAL)
            | bit(AUTHENTICATION_METHOD)
            | bit(AUTHENTICATION_DATA)
            | bit(REQUEST_PROBLEM_INFORMATION)
            | bit(REQUEST_RESPONSE_INFORMATION)
            | bit(RECEIVE_MAXIMUM)
            | bit(TOPIC_ALIAS_MAXIMUM)
            | bit(USER_PROPERTY)
            | bit(MAXIMUM_PACKET_SIZE);
    static final long OF_CONNACK = bit(SESSION_EXPIRY_INTERVAL)
            | bit(RECEIVE_MAXIMUM)
            | bit(MAXIMUM_QOS)
            | bit(RETAIN_AVAILABLE)
            | bit(MAXIMUM_PACKET_SIZE)
            | bit(ASSIGNED_CLIENT_IDENTIFIER)
            | bit(TOPIC_ALIAS_MAXIMUM)
            | bit(REASON_STRING)
            | bit(USER_PROPERTY)
            | bit(WILDCARD_SUBSCRIPTION_AVAILABLE)
            | bit(SUBSCRIPTION_IDENTIFIER_AVAILABLE)
            | bit(SHARED_SUBSCRIPTION_AVAILABLE)
            | bit(SERVER_KEEP_ALIVE)
            | bit(RESPONSE_INFORMATION)
            | bit(SERVER_REFERENCE)
            | bit(AUTHENTICATION_METHOD)
            | bit(AUTHENTICATION_DATA);
    static final long OF_ACKNOWLEDGEMENT = bit(REASON_STRING) | bit(USER_PROPERTY);
    static final long OF_SUBSCRIBE = bit(SUBSCRIPTION_IDENTIFIER) | bit(USER_PROPERTY);
    static final long OF_UNSUBSCRIBE = bit(USER_PROPERTY);
    static final long OF_DISCONNECT = bit(SESSION_EXPIRY_INTERVAL) | OF_ACKNOWLEDGEMENT;

    private final PacketReader in;
    private final int maxUserProperties;
    private final int maxUserPropertyBytes;
    private long allowed;
    private long seen;
    private int end;
    private int start;
    private long number;
    private String text = "";
    private int userProperties;
    private int userPropertyBytes;

    PropertyReader(PacketReader in, Limits.Messages limits) {
        this.in = in;
        this.maxUserProperties = limits.userProperties();
        this.maxUserPropertyBytes = limits.userPropertyBytes();
    }

    private static long bit(int property) {
        return 1L << property;
    }

    /** Begins with the property length; the properties that follow must be of the given set. */
    void begin(long allowedProperties) {
        allowed = allowedProperties;
        seen = 0;
        userProperties = 0;
        userPropertyBytes = 0;
        int length = in.readVarint("the property length");
        if (length > in.remaining()) {
            throw MqttException.malformed("the properties end behind their packet");
        }
        end = in.position() + length;
    }

    /** Where the properties end. */
    int end() {
        return end;
    }

    /** Reads and checks the next property; returns its identifier, or {@link #END}. */
    int next() {
        start = in.position();
        if (start >= end) {
            if (start > end) {
                throw MqttException.malformed("a property ends behind the property length");
            }
            return END;
        }
        int property = in.readVarint("a property identifier");
        if (property >= Long.SIZE || (allowed & bit(property)) == 0) {
            throw MqttException.malformed("property 0x%02x is not allowed in this packet".formatted(property));
        }
        if ((seen & bit(property)) != 0 && property != USER_PROPERTY) {
            throw MqttException.protocolError("property 0x%02x appears more than once".formatted(property));
        }
        seen |= bit(property);
        readValue(property);
        return property;
    }

    private void readValue(int property) {
        switch (property) {
            case PAYLOAD_FORMAT_INDICATOR,
                    REQUEST_PROBLEM_INFORMATION,
                    REQUEST_RESPONSE_INFORMATION,
                    MAXIMUM_QOS,
                    RETAIN_AVAILABLE,
                    WILDCARD_SUBSCRIPTION_AVAILABLE,
                    SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                    SHARED_SUBSCRIPTION_AVAILABLE -> {
                number = in.readByte("a property");
                check(number <= 1, property);
            }
            case RECEIVE_MAXIMUM -> {
                number = in.readShort("a property");
                check(number > 0, property);
            }
            case TOPIC_ALIAS, TOPIC_ALIAS_MAXIMUM, SERVER_KEEP_ALIVE -> number = in.readShort("a property");
            case MAXIMUM_PACKET_SIZE -> {
                number = in.readInt("a property");
                check(number > 0, property);
            }
            case MESSAGE_EXPIRY_INTERVAL, SESSION_EXPIRY_INTERVAL, WILL_DELAY_INTERVAL ->
                number = in.readInt("a property");
            case SUBSCRIPTION_IDENTIFIER -> {
                number = in.readVarint("a property");
                check(number > 0, property);
            }
            case CORRELATION_DATA, AUTHENTICATION_DATA -> in.skip(in.readShort("a property"), "a property");
            case RESPONSE_TOPIC -> {
                String topic = in.readString("the response topic");
                check(!topic.isEmpty() && topic.indexOf('+') < 0 && topic.indexOf('#') < 0, property);
            }
            case ASSIGNED_CLIENT_IDENTIFIER -> text = in.readString("the assigned client identifier");
            case CONTENT_TYPE, AUTHENTICATION_METHOD, REASON_STRING, RESPONSE_INFORMATION, SERVER_REFERENCE ->
                in.skipString("a property");
            case USER_PROPERTY -> {
                int from = in.position();
                in.skipString("the name of a user property");
                in.skipString("the value of a user property");
                userProperties++;
                userPropertyBytes += in.position() - from;
            }
            default -> throw new IllegalStateException("no rule for property " + property);
        }
    }

    private static void check(boolean allowedValue, int property) {
        if (!allowedValue) {
            throw MqttException.protocolError("property 0x%02x has a value that is not allowed".formatted(property));
        }
    }

    /** Reads all properties that are left, for packets of which none is of use here. */
    void skipAll() {
        while (next() != END) {
            // checked by next()
        }
        requireWithinLimits();
    }

    /** The limit that the user properties read so far have passed, null for none. */
    @Nullable
    Limit limitPassed() {
        if (userProperties > maxUserProperties) {
            return Limit.USER_PROPERTIES;
        }
        return userPropertyBytes > maxUserPropertyBytes ? Limit.USER_PROPERTY_BYTES : null;
    }

    /** Ends the connection when a limit is passed. */
    void requireWithinLimits() {
        Limit passed = limitPassed();
        if (passed != null) {
            throw MqttException.beyond(passed, limitText());
        }
    }

    /** The limits, for people. */
    String limitText() {
        return "%d user properties of %d bytes, the limit is %d of %d"
                .formatted(userProperties, userPropertyBytes, maxUserProperties, maxUserPropertyBytes);
    }

    /** Where the property just read begins. */
    int start() {
        return start;
    }

    /** Value of the property just read, if it is a number. */
    long number() {
        return number;
    }

    /** Value of the property just read, if it is an assigned client identifier. */
    String text() {
        return text;
    }

    /** Reads the properties of DISCONNECT; returns the session expiry that the client now wants, or the one given. */
    long readDisconnect(long same) {
        long expiry = same;
        begin(OF_DISCONNECT);
        for (int property = next(); property != END; property = next()) {
            if (property == SESSION_EXPIRY_INTERVAL) {
                expiry = number;
            }
        }
        return expiry;
    }

    boolean has(int property) {
        return (seen & bit(property)) != 0;
    }
}
