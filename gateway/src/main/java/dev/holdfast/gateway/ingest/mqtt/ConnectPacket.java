package dev.holdfast.gateway.ingest.mqtt;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT packet, sections 3.1 of both standards.
 *
 * @param version protocol level: 4 (3.1.1) or 5
 * @param clientId empty when the client leaves the choice to us
 * @param cleanStart whether an old session is to be thrown away; 3.1.1: clean session
 * @param keepAliveSeconds 0 when there is none
 * @param sessionExpirySeconds how long the session outlives the connection; {@link #NEVER} for ever
 * @param maximumPacketSize largest packet that may be sent to the client
 * @param problemInformation whether reason strings may be sent with more than CONNACK and DISCONNECT
 * @param will what to publish when the client is lost
 * @param username who it says it is; null when it does not
 * @param password what is to prove it; to be wiped
 * @param enhancedAuthentication whether it names a method for more than a password
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record ConnectPacket(
        int version,
        String clientId,
        boolean cleanStart,
        int keepAliveSeconds,
        long sessionExpirySeconds,
        long maximumPacketSize,
        boolean problemInformation,
        @Nullable Will will,
        @Nullable String username,
        byte[] password,
        boolean enhancedAuthentication) {

    static final int MQTT_3_1_1 = 4;
    static final int MQTT_5 = 5;

    /** Session expiry of 3.1.1 without clean session, and 0xFFFFFFFF of MQTT 5. */
    static final long NEVER = 0xFFFFFFFFL;

    private static final int MAX_CLIENT_ID_LENGTH = 1_024;
    private static final int FLAG_RESERVED = 1;
    private static final int FLAG_CLEAN = 1 << 1;
    private static final int FLAG_WILL = 1 << 2;
    private static final int FLAG_WILL_RETAIN = 1 << 5;
    private static final int FLAG_PASSWORD = 1 << 6;
    private static final int FLAG_USERNAME = 1 << 7;

    boolean isMqtt5() {
        return version == MQTT_5;
    }

    /**
     * Checks protocol name and level.
     *
     * @throws MqttException with 0x84 if they are not spoken here
     */
    static void checkVersion(String protocol, int version) {
        if (!protocol.equals("MQTT") || (version != MQTT_3_1_1 && version != MQTT_5)) {
            throw new MqttException(
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                    "protocol \"" + Printable.of(protocol) + "\" level " + version
                            + " is not spoken here, MQTT 3.1.1 and 5 are");
        }
    }

    /** Reads the rest of the packet. */
    static ConnectPacket read(int version, PacketReader in, PropertyReader properties, Limits.Messages limits) {
        boolean mqtt5 = version == MQTT_5;
        int flags = in.readByte("the connect flags");
        checkFlags(flags, mqtt5);
        boolean clean = (flags & FLAG_CLEAN) != 0;
        int keepAlive = in.readShort("the keep alive");

        long sessionExpiry = clean || mqtt5 ? 0 : NEVER;
        long maximumPacketSize = Integer.MAX_VALUE;
        boolean problemInformation = true;
        boolean enhanced = false;
        if (mqtt5) {
            properties.begin(PropertyReader.OF_CONNECT);
            for (int property = properties.next(); property != PropertyReader.END; property = properties.next()) {
                switch (property) {
                    case PropertyReader.SESSION_EXPIRY_INTERVAL -> sessionExpiry = properties.number();
                    case PropertyReader.MAXIMUM_PACKET_SIZE -> maximumPacketSize = properties.number();
                    case PropertyReader.REQUEST_PROBLEM_INFORMATION -> problemInformation = properties.number() == 1;
                    default -> {
                        // nothing to be done about the others
                    }
                }
            }
            enhanced = properties.has(PropertyReader.AUTHENTICATION_METHOD);
            if (!enhanced && properties.has(PropertyReader.AUTHENTICATION_DATA)) {
                throw MqttException.protocolError("there is authentication data without a method");
            }
            properties.requireWithinLimits();
        }
        String clientId = in.readString("the client identifier");
        Will will = (flags & FLAG_WILL) == 0
                ? null
                : Will.read(in, properties, limits, mqtt5, (flags >> 3) & 3, (flags & FLAG_WILL_RETAIN) != 0);
        String username = (flags & FLAG_USERNAME) == 0 ? null : in.readString("the user name");
        byte[] password = (flags & FLAG_PASSWORD) == 0 ? new byte[0] : in.readBinary("the password");
        in.expectEnd("CONNECT");
        return new ConnectPacket(
                version,
                clientId,
                clean,
                keepAlive,
                sessionExpiry,
                maximumPacketSize,
                problemInformation,
                will,
                username,
                password,
                enhanced);
    }

    private static void checkFlags(int flags, boolean mqtt5) {
        if ((flags & FLAG_RESERVED) != 0) {
            throw MqttException.malformed("the reserved connect flag is set");
        }
        int willQos = (flags >> 3) & 3;
        boolean will = (flags & FLAG_WILL) != 0;
        if (willQos == 3 || (!will && (willQos != 0 || (flags & FLAG_WILL_RETAIN) != 0))) {
            throw MqttException.malformed("the connect flags for the will contradict each other");
        }
        if (!mqtt5 && (flags & FLAG_PASSWORD) != 0 && (flags & FLAG_USERNAME) == 0) {
            throw MqttException.malformed("there is a password without a user name");
        }
    }

    void requireNoEnhancedAuthentication() {
        if (enhancedAuthentication) {
            throw new MqttException(
                    ReasonCode.BAD_AUTHENTICATION_METHOD, "enhanced authentication is not supported here");
        }
    }

    /** The client id, or one that is made up for a client that leaves the choice to us. */
    String chooseClientId() {
        if (clientId.isEmpty()) {
            if (!isMqtt5() && !cleanStart) {
                throw new MqttException(
                        ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "a session to be kept needs a client identifier");
            }
            return "holdfast-" + UUID.randomUUID();
        }
        if (clientId.length() > MAX_CLIENT_ID_LENGTH) {
            throw new MqttException(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "a client identifier of " + clientId.length() + " characters, the limit is "
                            + MAX_CLIENT_ID_LENGTH);
        }
        return clientId;
    }

    /**
     * The reason code for a CONNACK. Some reasons to end a connection are only defined for DISCONNECT; before the session
     * has begun they are said as "server unavailable".
     */
    static int reasonCode5(int reasonCode) {
        return switch (reasonCode) {
            case ReasonCode.SESSION_TAKEN_OVER, ReasonCode.SERVER_SHUTTING_DOWN, ReasonCode.KEEP_ALIVE_TIMEOUT ->
                ReasonCode.SERVER_UNAVAILABLE;
            default -> reasonCode;
        };
    }

    /** The return code of 3.1.1 that says the same, 0 when there is none: then only the close says it. */
    static int returnCode3(int reasonCode) {
        return switch (reasonCode) {
            case ReasonCode.UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case ReasonCode.CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case ReasonCode.QUOTA_EXCEEDED,
                    ReasonCode.SERVER_BUSY,
                    ReasonCode.SERVER_UNAVAILABLE,
                    ReasonCode.SERVER_SHUTTING_DOWN,
                    ReasonCode.SESSION_TAKEN_OVER -> 3;
            case ReasonCode.BAD_USER_NAME_OR_PASSWORD -> 4;
            case ReasonCode.NOT_AUTHORIZED -> 5;
            default -> 0;
        };
    }
}
