package dev.holdfast.gateway.ingest.mqtt;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections that are open, in all and by address. Some more than are allowed may stay until their CONNECT has
 * come, so that they can be told why they are refused. Thread-safe.
 */
final class Arrivals {

    /** How many may stay to be told why. */
    private static final int TO_BE_TOLD = 64;

    private static final int NETWORK_BYTES = 8;

    private final Limits.Connections limits;
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger encrypted = new AtomicInteger();
    private final ConcurrentMap<ByteBuffer, Integer> byAddress = new ConcurrentHashMap<>();

    Arrivals(Limits.Connections limits) {
        this.limits = limits;
    }

    /**
     * What one connection counts for, until it is over.
     *
     * @param beyond the limit that it passes, null when it may stay
     * @param tellable whether there is room to let it wait until it can be told
     */
    record Place(@Nullable Limit beyond, boolean tellable, boolean tls) {}

    /** A connection has been opened. */
    Place enter(boolean tls) {
        int count = all.incrementAndGet();
        int countTls = tls ? encrypted.incrementAndGet() : 0;
        if (count > limits.total()) {
            return new Place(Limit.CONNECTIONS, count <= limits.total() + TO_BE_TOLD, tls);
        }
        boolean tooManyTls = countTls > limits.tls();
        return new Place(
                tooManyTls ? Limit.TLS_CONNECTIONS : null, !tooManyTls || countTls <= limits.tls() + TO_BE_TOLD, tls);
    }

    /** It is closed. */
    void leave(Place place) {
        all.decrementAndGet();
        if (place.tls()) {
            encrypted.decrementAndGet();
        }
    }

    /** A connection comes from this address; false when it is one too many, and counted all the same. */
    boolean enter(InetAddress from) {
        return from.isLoopbackAddress() || byAddress.merge(key(from), 1, Integer::sum) <= limits.perAddress();
    }

    /** It is closed. */
    void leave(InetAddress from) {
        if (!from.isLoopbackAddress()) {
            byAddress.computeIfPresent(key(from), (address, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Who has one address of IPv6 has its whole network. */
    private static ByteBuffer key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    }
}
