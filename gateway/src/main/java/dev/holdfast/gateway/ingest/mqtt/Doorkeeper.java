package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Topic;
import java.net.InetAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides who may come in, and who may publish what. Thread-safe. */
public interface Doorkeeper {

    /** What became of a login. */
    enum Verdict {
        /** Name and password belong together. */
        RIGHT,
        /** They do not, or nobody has this name. */
        WRONG,
        /** There are too many logins to be checked. */
        BUSY
    }

    /** What one client may publish. Used by one thread. */
    interface Grant {

        /** Whether it may publish to the topic. Called for each message. */
        boolean allows(Topic topic);
    }

    /** Lets everybody in and publish everything. */
    Doorkeeper OPEN = new Doorkeeper() {
        @Override
        public boolean knowsUsers() {
            return false;
        }

        @Override
        public void check(String user, byte[] password, @Nullable InetAddress from, Consumer<Verdict> whenDecided) {
            whenDecided.accept(Verdict.WRONG);
        }

        @Override
        public Grant grant(@Nullable String user, String clientId) {
            return topic -> true;
        }
    };

    /** Whether there are users, whose passwords are to be checked. */
    boolean knowsUsers();

    /**
     * Checks a login, which may take a while. The password is wiped when it is done.
     *
     * @param from where the client is; null when it is on this machine
     * @param whenDecided told on any thread, also on the caller's before this returns
     */
    void check(String user, byte[] password, @Nullable InetAddress from, Consumer<Verdict> whenDecided);

    /**
     * What a client may publish.
     *
     * @param user who it is, proven; null for nobody
     * @param clientId what it calls itself
     */
    Grant grant(@Nullable String user, String clientId);
}
