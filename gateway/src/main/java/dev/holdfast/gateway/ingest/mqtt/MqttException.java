package dev.holdfast.gateway.ingest.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * A packet that ends the connection: it is malformed, breaks the protocol, or is not accepted. Carries the reason code
 * that MQTT 5 names for it. Has no stack trace, as anybody outside can cause it at any rate.
 */
final class MqttException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int reasonCode;
    private final @Nullable Limit limit;

    MqttException(int reasonCode, String message) {
        this(reasonCode, null, message);
    }

    private MqttException(int reasonCode, @Nullable Limit limit, String message) {
        super(message, null, false, false);
        this.reasonCode = reasonCode;
        this.limit = limit;
    }

    /** A limit is passed. */
    static MqttException beyond(Limit limit, String message) {
        return new MqttException(limit.reasonCode(), limit, message);
    }

    static MqttException malformed(String message) {
        return new MqttException(ReasonCode.MALFORMED_PACKET, message);
    }

    static MqttException protocolError(String message) {
        return new MqttException(ReasonCode.PROTOCOL_ERROR, message);
    }

    int reasonCode() {
        return reasonCode;
    }

    /** The limit that was passed, null when it was something else. */
    @Nullable
    Limit limit() {
        return limit;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
