package dev.holdfast.gateway.access;

import dev.holdfast.gateway.time.Clock;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks logins. Hashing takes its time, so it has threads of its own and a bounded number of logins that wait for it;
 * what was right lately is known at once. An unknown user takes as long as a wrong password. Thread-safe.
 */
public final class Passwords implements AutoCloseable {

    /** What became of a login. */
    public enum Verdict {
        /** Name and password belong together. */
        RIGHT,
        /** They do not, or nobody has this name. */
        WRONG,
        /** There are too many logins to be checked. */
        BUSY
    }

    private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    /** A minute or two of work for a small box. */
    private static final int MAX_WAITING = 1_000;

    /** The hash of a password that nobody knows, for users that there are not. */
    private static final String NOBODY = "$2b$10$abcdefghijklmnopqrstuuWQy3yQ6PC0n8C3uFKNXHO1pBCLWZBnC";

    private final Supplier<Users> users;
    private final Clock clock;
    private final RightLogins right = new RightLogins();
    private final FailedLogins failed = new FailedLogins();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Set<ByteBuffer> beingSlowed = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor worker;

    /** Checks against the users as they are at each login. */
    public Passwords(Supplier<Users> users, Clock clock) {
        this.users = users;
        this.clock = clock;
        this.worker = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "passwords");
            thread.setDaemon(true);
            return thread;
        });
        worker.setRemoveOnCancelPolicy(true);
    }

    /**
     * Checks a login. The password is wiped when that is done.
     *
     * @param from where it comes from; null for this machine
     * @param whenDecided told once, on any thread, also on the caller's before this returns; not at all after a close
     */
    public void check(String user, byte[] password, @Nullable InetAddress from, Consumer<Verdict> whenDecided) {
        String hash = users.get().hash(user);
        ByteBuffer proof = right.proof(user, password, hash == null ? NOBODY : hash);
        if (hash != null && right.isRemembered(proof, clock.nanoTime())) {
            wipe(password);
            whenDecided.accept(Verdict.RIGHT);
            return;
        }
        int wait = failed.waitSeconds(from, clock.nanoTime());
        ByteBuffer slowed = FailedLogins.key(from);
        if (wait > 0 && !beingSlowed.add(slowed)) { // one guess at a time
            wipe(password);
            whenDecided.accept(Verdict.BUSY);
        } else if (waiting.incrementAndGet() > MAX_WAITING || worker.isShutdown()) {
            waiting.decrementAndGet();
            wipe(password);
            whenDecided.accept(Verdict.BUSY);
        } else {
            var unused = worker.schedule(
                    () -> {
                        waiting.decrementAndGet();
                        Verdict verdict = checkNow(hash, proof, password, from);
                        beingSlowed.remove(slowed);
                        whenDecided.accept(verdict);
                    },
                    wait,
                    TimeUnit.SECONDS);
        }
    }

    private Verdict checkNow(@Nullable String hash, ByteBuffer proof, byte[] password, @Nullable InetAddress from) {
        boolean known = hash != null && right.isRemembered(proof, clock.nanoTime()); // since it began to wait
        boolean matches = known || Bcrypt.matches(password, hash == null ? NOBODY : hash);
        wipe(password);
        if (!matches || hash == null) {
            failed.failed(from, clock.nanoTime());
            return Verdict.WRONG;
        }
        failed.succeeded(from);
        right.remember(proof, clock.nanoTime());
        return Verdict.RIGHT;
    }

    private static void wipe(byte[] password) {
        Arrays.fill(password, (byte) 0);
    }

    /** Checks nothing more. */
    @Override
    public void close() {
        worker.shutdownNow();
    }
}
