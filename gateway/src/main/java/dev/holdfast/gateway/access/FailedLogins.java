package dev.holdfast.gateway.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Slows down who guesses passwords: after some failed logins from an address, each further one from there waits, twice as
 * long each time. Forgets an address after some quiet minutes, or after a login that is right, or when there are too many
 * to remember. Thread-safe.
 */
final class FailedLogins {

    private static final int FREE = 3;
    private static final int MAX_WAIT_SECONDS = 30;
    private static final int MAX_ADDRESSES = 10_000;
    private static final int NETWORK_BYTES = 8;
    private static final long FORGOTTEN_AFTER_NANOS = TimeUnit.MINUTES.toNanos(5);

    private record Failures(int count, long lastNanos) {}

    /** The one that failed longest ago first. */
    private final Map<ByteBuffer, Failures> byAddress = new LinkedHashMap<>();

    /** How many seconds a login from the address has to wait. */
    synchronized int waitSeconds(@Nullable InetAddress from, long nowNanos) {
        Failures failures = byAddress.get(key(from));
        if (failures == null || nowNanos - failures.lastNanos() > FORGOTTEN_AFTER_NANOS || failures.count() < FREE) {
            return 0;
        }
        int doublings = failures.count() - FREE;
        return doublings > Integer.numberOfTrailingZeros(Integer.highestOneBit(MAX_WAIT_SECONDS))
                ? MAX_WAIT_SECONDS
                : 1 << doublings;
    }

    synchronized void failed(@Nullable InetAddress from, long nowNanos) {
        ByteBuffer key = key(from);
        Failures before = byAddress.remove(key);
        int count = before != null && nowNanos - before.lastNanos() <= FORGOTTEN_AFTER_NANOS ? before.count() : 0;
        byAddress.put(key, new Failures(count + 1, nowNanos));
        if (byAddress.size() > MAX_ADDRESSES) {
            byAddress.remove(byAddress.keySet().iterator().next());
        }
    }

    synchronized void succeeded(@Nullable InetAddress from) {
        byAddress.remove(key(from));
    }

    /** Who has one address of IPv6 has its whole network; who has none is on this machine. */
    static ByteBuffer key(@Nullable InetAddress address) {
        if (address == null) {
            return ByteBuffer.allocate(0);
        }
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    }
}
