package dev.holdfast.gateway.journal;

/**
 * Where a message came in and from whom.
 *
 * @param source the kind of entrance
 * @param name which one of that kind, for a tap its name; empty where there is only one
 * @param clientId the MQTT client id of the device, empty where none is known
 */
public record Origin(Source source, String name, String clientId) {

    /** A kind of entrance. The code is what is stored; it never changes its meaning. */
    public enum Source {
        /** The MQTT listener. */
        FRONT_DOOR(1),
        /** The MQTT listener before a broker. */
        GATE(2),
        /** A subscription at a broker. */
        TAP(3),
        /** The HTTP listener. */
        HTTP(4),
        /** The gateway itself. */
        GATEWAY(5);

        private final int code;

        Source(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Source ofCode(int code) {
            for (Source source : values()) {
                if (source.code == code) {
                    return source;
                }
            }
            throw new CorruptChunkException("unknown source code " + code);
        }
    }

    /** A message from a device at the MQTT listener. */
    public static Origin frontDoor(String clientId) {
        return new Origin(Source.FRONT_DOOR, "", clientId);
    }

    /** A message from a device that talks to a broker through the gate. */
    public static Origin gate(String clientId) {
        return new Origin(Source.GATE, "", clientId);
    }

    /** A message that a subscription has brought. */
    public static Origin tap(String name) {
        return new Origin(Source.TAP, name, "");
    }
}
