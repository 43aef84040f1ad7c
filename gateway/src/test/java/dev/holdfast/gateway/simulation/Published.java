package dev.holdfast.gateway.simulation;

/** A message as its device means it. What is stored of it are its {@link StoredCopy copies}: one, or more after a crash. */
final class Published {

    /** What the upstream thinks of it, always. */
    enum Nature {
        /** It is taken. */
        HARMLESS,
        /** It is refused for good. */
        REJECTED,
        /** It makes the upstream close the link. */
        CLOSING
    }

    /** The device of the gateway's own messages. */
    static final int GATEWAY = -1;

    final int device;

    /** Its device's own counter, which also stands in the payload. */
    final int counter;

    final String topic;
    final int lane;
    final int qos;

    /** 0 when it has none. */
    final int expirySeconds;

    final Nature nature;
    final String payload;

    /** True time when the gateway was given it first. */
    final long handedInMillis;

    /** Routes that want it; a bit for each, as in the sets below. */
    final int wantedBy;

    /** Upstreams that have seen it, whatever they thought of it. */
    int arrivedAt;

    /** Upstreams that have taken it. */
    int acceptedBy;

    /** Routes that have put it aside, durably. */
    int deadLetterOf;

    /** Routes for which a copy of it was removed before it was delivered, and that is on record. */
    int gapOf;

    boolean acknowledged;

    /** There was no room for it once; its device may send it again behind others, if the answer is lost. */
    boolean refused;

    boolean everStored;

    /** Nobody wants it, and its removal is on record. */
    boolean unroutedGap;

    /** The last look at the disk at which it was there. */
    int lastSeen = -1;

    Published(
            int device,
            int counter,
            String topic,
            int lane,
            int qos,
            int expirySeconds,
            Nature nature,
            String payload,
            long handedInMillis,
            int wantedBy) {
        this.device = device;
        this.counter = counter;
        this.topic = topic;
        this.lane = lane;
        this.qos = qos;
        this.expirySeconds = expirySeconds;
        this.nature = nature;
        this.payload = payload;
        this.handedInMillis = handedInMillis;
        this.wantedBy = wantedBy;
    }

    /** Whether its publisher's wish may have ended it by now. */
    boolean mayBeExpired(long trueMillis) {
        return expirySeconds > 0 && trueMillis - handedInMillis >= expirySeconds * 1_000L;
    }

    /** Whether each route that wants it has delivered it, put it aside or missed it on record. */
    boolean isSettled() {
        return wantedBy == 0 ? unroutedGap : (wantedBy & ~settledBy()) == 0;
    }

    int settledBy() {
        return acceptedBy | deadLetterOf | gapOf;
    }

    int bytes() {
        return topic.length() + (expirySeconds > 0 ? SimulatedDevice.EXPIRY_BYTES : 0) + payload.length();
    }

    @Override
    public String toString() {
        return (device < 0 ? "gap" : "d" + device) + ":" + counter
                + (nature == Nature.HARMLESS ? "" : "(" + nature + ")");
    }
}
