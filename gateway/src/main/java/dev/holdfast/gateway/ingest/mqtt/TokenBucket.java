package dev.holdfast.gateway.ingest.mqtt;

/**
 * How much a client may still send now. Fills at a steady rate up to the amount of a second. What is taken may be more than
 * there is; then nothing may be taken until the debt is paid.
 */
final class TokenBucket {

    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private double tokens;
    private long filledAtNanos;

    /** A full bucket; 0 for one that is never empty. */
    TokenBucket(long perSecond, long nowNanos) {
        this.perSecond = perSecond;
        this.tokens = perSecond;
        this.filledAtNanos = nowNanos;
    }

    /** Takes an amount; returns for how many nanoseconds nothing more may be taken, 0 when it may. */
    long take(long amount, long nowNanos) {
        if (perSecond == 0) {
            return 0;
        }
        double filled = tokens + (nowNanos - filledAtNanos) / NANOS_PER_SECOND * perSecond;
        filledAtNanos = nowNanos;
        tokens = Math.min(perSecond, filled) - amount;
        return tokens > 0 ? 0 : (long) Math.ceil((1 - tokens) / perSecond * NANOS_PER_SECOND);
    }
}
