package dev.holdfast.gateway.ingest.mqtt;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/** What must hold whatever a fuzzer sends. */
final class FuzzJudge {

    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

    static {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.setLevel(Level.WARN);
        LOG.start();
        root.addAppender(LOG);
    }

    private FuzzJudge() {}

    /** Nothing was logged as an error of our own, and nothing is acknowledged that is not stored. */
    static void check(EmbeddedDoor door, byte[] answers) {
        if (!LOG.list.isEmpty()) {
            ILoggingEvent first = LOG.list.get(0);
            LOG.list.clear();
            throw new IllegalStateException(first.getFormattedMessage() + " " + first.getThrowableProxy());
        }
        long acknowledged = acknowledgements(answers);
        long stored = door.intake.stored().size();
        if (acknowledged > stored) {
            throw new IllegalStateException(acknowledged + " acknowledged, " + stored + " stored");
        }
    }

    /** PUBACKs without a refusal; PUBREC can come again for what is stored once. */
    private static long acknowledgements(byte[] answers) {
        long count = 0;
        for (int at = 0; at < answers.length; ) {
            int length = 0;
            int headerBytes = 1;
            int b;
            do {
                b = answers[at + headerBytes];
                length |= (b & 0x7f) << (7 * (headerBytes - 1));
                headerBytes++;
            } while ((b & 0x80) != 0);
            boolean acknowledges = (answers[at] & 0xf0) >>> 4 == PacketType.PUBACK;
            boolean refuses = length > 2 && (answers[at + headerBytes + 2] & 0x80) != 0;
            count += acknowledges && !refuses ? 1 : 0;
            at += headerBytes + length;
        }
        return count;
    }

    /** All clients have gone: nobody is connected, no id is claimed, no memory is held. */
    static void checkGone(EmbeddedDoor door) {
        door.settle();
        int connections = door.stats.connections();
        int claims = door.sessions.claims();
        long memory = door.heldMemory();
        if (connections != 0 || claims != 0 || memory != 0 || door.stats.heldBack() != 0) {
            throw new IllegalStateException("left behind: connections %d claims %d bytes %d held back %d"
                    .formatted(connections, claims, memory, door.stats.heldBack()));
        }
    }
}
