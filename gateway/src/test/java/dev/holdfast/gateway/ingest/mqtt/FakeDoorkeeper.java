package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.Topic;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Knows the users alice and bob, whose passwords are their names backwards, and decides when the test wants it to. Everybody
 * may publish below a topic of the name, and those without a name below {@code open/}.
 */
final class FakeDoorkeeper implements Doorkeeper {

    private record Waiting(Verdict verdict, Consumer<Verdict> whenDecided) {}

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean waits;
    private boolean busy;
    private @Nullable InetAddress lastFrom;

    /** From now on, decides only by {@link #decide}. */
    synchronized void hesitate() {
        waits = true;
    }

    synchronized void hesitateNoMore() {
        waits = false;
    }

    /** From now on, has no time. */
    synchronized void beBusy() {
        busy = true;
    }

    /** Decides what waits. */
    synchronized void decide() {
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            next.whenDecided().accept(next.verdict());
        }
    }

    synchronized int undecided() {
        return waiting.size();
    }

    synchronized @Nullable InetAddress lastFrom() {
        return lastFrom;
    }

    @Override
    public boolean knowsUsers() {
        return true;
    }

    @Override
    public synchronized void check(
            String user, byte[] password, @Nullable InetAddress from, Consumer<Verdict> whenDecided) {
        lastFrom = from;
        String right = new StringBuilder(user).reverse().toString();
        boolean known = user.equals("alice") || user.equals("bob");
        boolean matches = known && new String(password, UTF_8).equals(right);
        Verdict verdict = busy ? Verdict.BUSY : matches ? Verdict.RIGHT : Verdict.WRONG;
        waiting.add(new Waiting(verdict, whenDecided));
        if (!waits) {
            decide();
        }
    }

    @Override
    public Grant grant(@Nullable String user, String clientId) {
        String prefix = (user == null ? "open" : user) + "/";
        return (Topic topic) -> topic.name().startsWith(prefix);
    }
}
