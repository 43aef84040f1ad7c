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

    boolean acknowledged;
    boolean everStored;

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
            int padding,
            long handedInMillis,
            int wantedBy) {
        this.device = device;
        this.counter = counter;
        this.topic = topic;
        this.lane = lane;
        this.qos = qos;
        this.expirySeconds = expirySeconds;
        this.nature = nature;
        this.payload = "d" + device + ":" + counter + ":" + ".".repeat(padding);
        this.handedInMillis = handedInMillis;
        this.wantedBy = wantedBy;
    }

    /** Whether its publisher's wish may have ended it by now. */
    boolean mayBeExpired(long trueMillis) {
        return expirySeconds > 0 && trueMillis - handedInMillis >= expirySeconds * 1_000L;
    }

    /** Whether each route that wants it has delivered it or put it aside. */
    boolean isSettled() {
        return wantedBy != 0 && (wantedBy & ~(acceptedBy | deadLetterOf)) == 0;
    }

    int bytes() {
        return topic.length() + (expirySeconds > 0 ? SimulatedDevice.EXPIRY_BYTES : 0) + payload.length();
    }

    @Override
    public String toString() {
        return "d" + device + ":" + counter + (nature == Nature.HARMLESS ? "" : "(" + nature + ")");
    }
}
