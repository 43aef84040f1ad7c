package dev.holdfast.sink.mqtt;

import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrec.Mqtt5PubRec;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Outcome;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.proxy.ProxyConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What is to be made of an error that the client reports.
 *
 * @param why for people
 * @param hint whether it is worth trying soon
 * @param stage what failed
 */
record Failure(String why, Link.Hint hint, Stage stage) {

    /** How far the link had come. */
    enum Stage {
        NETWORK,
        PROXY,
        TLS,
        WEBSOCKET,
        LOGIN
    }

    private static final int UNSUPPORTED_PROTOCOL_VERSION = 0x84;
    private static final int CLIENT_IDENTIFIER_NOT_VALID = 0x85;
    private static final int BAD_USER_NAME_OR_PASSWORD = 0x86;
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int BANNED = 0x8A;
    private static final int BAD_AUTHENTICATION_METHOD = 0x8C;
    private static final int SESSION_TAKEN_OVER = 0x8E;
    private static final int TOPIC_NAME_INVALID = 0x90;
    private static final int PACKET_IDENTIFIER_IN_USE = 0x91;
    private static final int PACKET_TOO_LARGE = 0x95;
    private static final int PAYLOAD_FORMAT_INVALID = 0x99;

    private static final int MAX_REASON_LENGTH = 200;

    /** What Netty's epoll puts before the system's own words. */
    private static final Pattern SYSTEM_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed(?: with error\\(-\\d+\\))?: ");

    /** The same as {@link #ofLink(Throwable)}, with what can be said of the certificates. */
    static Failure ofLink(Throwable error, @Nullable Tls tls) {
        Failure failure = ofLink(error);
        return tls == null || failure.stage != Stage.TLS
                ? failure
                : new Failure(failure.why + tls.remark(), failure.hint, failure.stage);
    }

    /** Why a link could not be had, or was lost. */
    static Failure ofLink(Throwable error) {
        if (error instanceof Mqtt5ConnAckException refused) {
            Mqtt5ConnAck answer = refused.getMqttMessage();
            String why = "the broker refuses the connection: " + describe(answer.getReasonCode())
                    + reason(answer.getReasonString().map(Object::toString));
            return new Failure(why, hint(isForPeople(answer.getReasonCode())), Stage.LOGIN);
        }
        if (error instanceof Mqtt3ConnAckException refused) {
            Mqtt3ConnAckReturnCode code = refused.getMqttMessage().getReturnCode();
            String why = "the broker refuses the connection: " + words(code) + " (" + code.getCode() + ")";
            return new Failure(why, hint(code != Mqtt3ConnAckReturnCode.SERVER_UNAVAILABLE), Stage.LOGIN);
        }
        if (error instanceof Mqtt5DisconnectException closed) {
            Mqtt5Disconnect disconnect = closed.getMqttMessage();
            String why = "the broker ended the connection: " + describe(disconnect.getReasonCode())
                    + reason(disconnect.getReasonString().map(Object::toString));
            return disconnect.getReasonCode().getCode() == SESSION_TAKEN_OVER
                    ? new Failure(why + ": another client uses this client id", Link.Hint.REFUSED, Stage.LOGIN)
                    : new Failure(why, Link.Hint.LOST, Stage.LOGIN);
        }
        Throwable root = root(error);
        if (root instanceof SSLException) {
            return new Failure("TLS: " + root.getMessage(), Link.Hint.REFUSED, Stage.TLS);
        }
        if (root instanceof ProxyConnectException) {
            return new Failure("the proxy does not let us through: " + root.getMessage(), Link.Hint.LOST, Stage.PROXY);
        }
        if (root instanceof WebSocketHandshakeException) {
            return new Failure("no WebSocket: " + root.getMessage(), Link.Hint.LOST, Stage.WEBSOCKET);
        }
        if (root instanceof UnknownHostException) {
            return new Failure("the host name can't be resolved", Link.Hint.LOST, Stage.NETWORK);
        }
        String message = root.getMessage();
        String plain =
                message == null ? root.toString() : SYSTEM_CALL.matcher(message).replaceFirst("");
        return new Failure(plain, Link.Hint.LOST, Stage.NETWORK);
    }

    private static Link.Hint hint(boolean forPeople) {
        return forPeople ? Link.Hint.REFUSED : Link.Hint.LOST;
    }

    /** What became of a message that was not accepted. */
    static Outcome ofMessage(Throwable error) {
        if (error instanceof Mqtt5PubAckException refused) {
            Mqtt5PubAck answer = refused.getMqttMessage();
            return refusal(answer.getReasonCode(), answer.getReasonString().map(Object::toString));
        }
        if (error instanceof Mqtt5PubRecException refused) {
            Mqtt5PubRec answer = refused.getMqttMessage();
            return refusal(answer.getReasonCode(), answer.getReasonString().map(Object::toString));
        }
        if (error instanceof MqttEncodeException) {
            return new Outcome.Rejected(String.valueOf(error.getMessage()));
        }
        return Outcome.retry(ofLink(error).why());
    }

    private static Outcome refusal(Mqtt5ReasonCode code, Optional<String> reason) {
        String why = "the broker refuses: " + describe(code) + reason(reason);
        return switch (code.getCode()) {
            case TOPIC_NAME_INVALID, PACKET_TOO_LARGE, PAYLOAD_FORMAT_INVALID -> new Outcome.Rejected(why);
            case PACKET_IDENTIFIER_IN_USE -> Outcome.retry(why);
            default -> new Outcome.Paused(why);
        };
    }

    /** Whether trying again does not help until somebody changes something. */
    private static boolean isForPeople(Mqtt5ReasonCode code) {
        return switch (code.getCode()) {
            case UNSUPPORTED_PROTOCOL_VERSION,
                    CLIENT_IDENTIFIER_NOT_VALID,
                    BAD_USER_NAME_OR_PASSWORD,
                    NOT_AUTHORIZED,
                    BANNED,
                    BAD_AUTHENTICATION_METHOD -> true;
            default -> false;
        };
    }

    private static String describe(Mqtt5ReasonCode code) {
        return "%s (0x%02x)".formatted(words(code), code.getCode());
    }

    /** A reason code as words. */
    static String words(Object code) {
        return code.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What the broker says in its own words, made fit for a log line. */
    private static String reason(Optional<String> reason) {
        return reason.map(text -> text.codePoints()
                        .limit(MAX_REASON_LENGTH)
                        .map(c -> Character.isISOControl(c) || c == '"' ? '?' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append))
                .map(text -> ", \"" + text + '"')
                .orElse("");
    }

    private static Throwable root(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && !(root instanceof SSLException || root instanceof ProxyConnectException)) {
            root = root.getCause();
        }
        return root;
    }
}
