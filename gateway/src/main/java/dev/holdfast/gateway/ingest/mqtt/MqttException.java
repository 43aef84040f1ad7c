package dev.holdfast.gateway.ingest.mqtt;

/**
 * A packet that ends the connection: it is malformed, breaks the protocol, or is not accepted. Carries the reason code
 * that MQTT 5 names for it. Has no stack trace, as anybody outside can cause it at any rate.
 */
final class MqttException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int reasonCode;

    MqttException(int reasonCode, String message) {
        super(message, null, false, false);
        this.reasonCode = reasonCode;
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

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
