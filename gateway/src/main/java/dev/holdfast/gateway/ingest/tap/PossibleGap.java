package dev.holdfast.gateway.ingest.tap;

import java.util.Locale;

/**
 * Something after which messages of a broker may be missing, without anybody being able to say which.
 *
 * @param reason what it was
 * @param text for people
 * @param wallMillis when it was noticed, ms since 1970 as the machine believed
 */
public record PossibleGap(Reason reason, String text, long wallMillis) {

    /** What it was. The code is part of the storage format. */
    public enum Reason {
        /** The broker had our session no more, nor what it kept for us. */
        SESSION_LOST(1),
        /** The broker grants less than QoS 1, or less than was asked. */
        QOS_LOWERED(2),
        /** The broker does not let us subscribe to a filter. */
        SUBSCRIPTION_REFUSED(3),
        /** The broker has dropped messages, of our queue or of another's. */
        BROKER_DROPPED(4),
        /** Messages with QoS 0 came faster than they could be stored. */
        BEST_EFFORT_DROPPED(5),
        /** A message was too large to be stored. */
        TOO_LARGE(6);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        /** As programs get it, such as session-lost. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Reason ofCode(int code) {
            for (Reason reason : values()) {
                if (reason.code == code) {
                    return reason;
                }
            }
            throw new IllegalArgumentException("a possible gap has reason " + code);
        }
    }
}
