package dev.holdfast.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.time.Clock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Logins are checked, remembered, and slowed down. */
class PasswordsTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final AtomicLong now = new AtomicLong();
    private final AtomicReference<Users> users = new AtomicReference<>(users("sesame"));
    private final Passwords passwords = new Passwords(users::get, new Clock() {
        @Override
        public long nanoTime() {
            return now.get();
        }

        @Override
        public long wallMillis() {
            return 0;
        }

        @Override
        public boolean wallSynced() {
            return true;
        }
    });

    private static Users users(String password) {
        return Users.parse(("alice:" + Bcrypt.hash(password.getBytes(UTF_8))).getBytes(UTF_8));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @AfterEach
    void close() {
        passwords.close();
    }

    private CompletableFuture<Passwords.Verdict> check(String user, byte[] password, @Nullable InetAddress from) {
        CompletableFuture<Passwords.Verdict> verdict = new CompletableFuture<>();
        passwords.check(user, password, from, verdict::complete);
        return verdict;
    }

    private Passwords.Verdict verdict(String user, String password, @Nullable InetAddress from) {
        return check(user, password.getBytes(UTF_8), from)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void shouldTellRightFromWrong() {
        assertThat(verdict("alice", "sesame", null)).isEqualTo(Passwords.Verdict.RIGHT);
        assertThat(verdict("alice", "Sesame", null)).isEqualTo(Passwords.Verdict.WRONG);
        assertThat(verdict("mallory", "sesame", null)).isEqualTo(Passwords.Verdict.WRONG);
    }

    @Test
    void shouldWipeThePassword() {
        byte[] right = "sesame".getBytes(UTF_8);
        byte[] again = "sesame".getBytes(UTF_8);
        byte[] wrong = "guess".getBytes(UTF_8);
        check("alice", right, null).join();
        check("alice", again, null).join();
        check("alice", wrong, null).join();

        assertThat(right).containsOnly(0);
        assertThat(again).containsOnly(0);
        assertThat(wrong).containsOnly(0);
    }

    @Test
    void shouldAnswerAtOnceWhatWasRightLately() {
        assertThat(verdict("alice", "sesame", null)).isEqualTo(Passwords.Verdict.RIGHT);

        assertThat(check("alice", "sesame".getBytes(UTF_8), null)).isCompletedWithValue(Passwords.Verdict.RIGHT);
        assertThat(check("alice", "other".getBytes(UTF_8), null)).isNotDone();
        now.addAndGet(61 * MINUTE);
        assertThat(check("alice", "sesame".getBytes(UTF_8), null))
                .as("forgotten")
                .isNotDone();
    }

    @Test
    void shouldNotRememberAPasswordThatWasChanged() {
        assertThat(verdict("alice", "sesame", null)).isEqualTo(Passwords.Verdict.RIGHT);

        users.set(users("new"));

        assertThat(verdict("alice", "sesame", null)).isEqualTo(Passwords.Verdict.WRONG);
        assertThat(verdict("alice", "new", null)).isEqualTo(Passwords.Verdict.RIGHT);
    }

    @Test
    void shouldSlowDownWhoGuesses() {
        InetAddress guesser = address("10.0.0.1");
        for (int i = 0; i < 3; i++) {
            assertThat(verdict("alice", "guess" + i, guesser)).isEqualTo(Passwords.Verdict.WRONG);
        }

        CompletableFuture<Passwords.Verdict> fourth = check("alice", "guess4".getBytes(UTF_8), guesser);
        assertThat(check("alice", "guess5".getBytes(UTF_8), guesser))
                .as("one guess at a time")
                .isCompletedWithValue(Passwords.Verdict.BUSY);
        assertThat(verdict("alice", "sesame", address("10.0.0.2")))
                .as("others are not concerned")
                .isEqualTo(Passwords.Verdict.RIGHT);
        assertThat(fourth).as("waits for a second").isNotDone();
        assertThat(check("alice", "sesame".getBytes(UTF_8), guesser))
                .as("who is known to be right does not wait")
                .isCompletedWithValue(Passwords.Verdict.RIGHT);
        await("the guess to be answered").until(fourth::isDone);
        assertThat(fourth).isCompletedWithValue(Passwords.Verdict.WRONG);
    }

    @Test
    void shouldWaitLongerEachTimeAndForgetInTheEnd() {
        FailedLogins failed = new FailedLogins();
        InetAddress from = address("10.0.0.1");
        List<Integer> waits = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waits.add(failed.waitSeconds(from, now.get()));
            failed.failed(from, now.get());
        }

        assertThat(waits).containsExactly(0, 0, 0, 1, 2, 4, 8, 16, 30, 30);
        assertThat(failed.waitSeconds(from, now.get() + 5 * MINUTE)).isEqualTo(30);
        assertThat(failed.waitSeconds(from, now.get() + 6 * MINUTE)).isZero();
        failed.succeeded(from);
        assertThat(failed.waitSeconds(from, now.get())).isZero();
    }

    @Test
    void shouldTakeANetworkOfIpv6ForOneAddressAndThisMachineForOneToo() {
        FailedLogins failed = new FailedLogins();
        for (int i = 0; i < 4; i++) {
            failed.failed(address("2001:db8::" + (i + 1)), 0);
            failed.failed(null, 0);
        }

        assertThat(failed.waitSeconds(address("2001:db8::99"), 0)).isEqualTo(2);
        assertThat(failed.waitSeconds(address("2001:db8:0:1::1"), 0)).isZero();
        assertThat(failed.waitSeconds(null, 0)).isEqualTo(2);
    }

    @Test
    void shouldRememberABoundedNumberOfAddresses() {
        FailedLogins failed = new FailedLogins();
        InetAddress first = address("10.0.0.1");
        for (int i = 0; i < 4; i++) {
            failed.failed(first, 0);
        }
        for (int i = 0; i < 10_000; i++) {
            failed.failed(address("10.1." + i / 256 + "." + i % 256), 0);
        }

        assertThat(failed.waitSeconds(first, 0)).as("the oldest is forgotten").isZero();
    }

    /** A thousand devices with one password, back after a power cut. */
    @Test
    void shouldHashOnceForManyLoginsOfTheSameKind() {
        List<CompletableFuture<Passwords.Verdict>> all = new ArrayList<>();
        for (int i = 0; i < 900; i++) {
            all.add(check("alice", "sesame".getBytes(UTF_8), address("10.2." + i / 256 + "." + i % 256)));
        }

        await("all to be let in")
                .atMost(Duration.ofSeconds(10)) // 900 times some 50 ms would be 45 s
                .until(() -> all.stream().allMatch(CompletableFuture::isDone));
        assertThat(all).allMatch(verdict -> verdict.join() == Passwords.Verdict.RIGHT);
    }

    @Test
    void shouldRefuseMoreThanItCanCheck() {
        List<CompletableFuture<Passwords.Verdict>> all = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            all.add(check("nobody" + i, "x".getBytes(UTF_8), address("10.3." + i / 256 + "." + i % 256)));
        }

        assertThat(all).anyMatch(verdict -> verdict.getNow(Passwords.Verdict.WRONG) == Passwords.Verdict.BUSY);
    }
}
