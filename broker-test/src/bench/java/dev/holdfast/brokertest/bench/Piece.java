package dev.holdfast.brokertest.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What is measured, piece by piece. */
enum Piece {
    APPENDS("Durable appends", Syncs.AS_IT_IS, AppendsPiece::run),
    APPENDS_SLOW("Durable appends when a sync takes 4.5 ms longer", Syncs.SLOW, AppendsPiece::runSlow),
    STEADY("Steady state", Syncs.AS_IT_IS, SteadyPiece::run),
    ENGINES("The steady state of other engines", Syncs.AS_IT_IS, EnginesPiece::run),
    SPACE("Space on disk", Syncs.AS_IT_IS, SpacePiece::run),
    LATENCY("Latency", Syncs.AS_IT_IS, LatencyPiece::run),
    WRITES("Wear", Syncs.AS_IT_IS, WritesPiece::run),
    BACKLOG("A large backlog in a heap of 96 MiB", Syncs.AS_IT_IS, BacklogPiece::run),
    INGEST("Devices to durable, beside Mosquitto", Suite.MQTT, IngestPiece::run),
    HIVEMQ("Devices to durable, beside HiveMQ CE with a subscriber who is away", Suite.MQTT, HiveMqPiece::run),
    FORWARD("From devices to a subscriber upstream, beside Mosquitto and its bridge", Suite.MQTT, ForwardPiece::run),
    DRAIN("A backlog after an outage, beside Mosquitto's bridge", Suite.MQTT, DrainPiece::run),
    LIVE("The wait of live devices", Suite.MQTT, LivePiece::run),
    CROWD("Many devices beside few", Suite.MQTT, CrowdPiece::run),
    MEMORY("Memory for a backlog, beside Mosquitto's for its queue", Suite.MQTT, MemoryPiece::run),
    CHECK("What two minutes show, in the short form", Suite.MQTT, IngestPiece::check),
    GATE("A gate and Mosquitto behind it, beside Mosquitto alone", Suite.MQTT, GatePiece::run),
    TAP("A tap drains a broker, beside mosquitto_sub", Suite.MQTT, TapPiece::run);

    /** The commands by which pieces are measured. */
    enum Suite {
        JOURNAL,
        MQTT
    }

    /** The syncs that a piece is to see. */
    enum Syncs {
        AS_IT_IS,
        /** With a library preloaded that makes syncs slow. */
        SLOW
    }

    private final String title;
    private final Suite suite;
    private final Syncs syncs;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference
    private final Function<Setup, List<Figure>> work;

    Piece(String title, Syncs syncs, Function<Setup, List<Figure>> work) {
        this(title, Suite.JOURNAL, syncs, work);
    }

    Piece(String title, Suite suite, Function<Setup, List<Figure>> work) {
        this(title, suite, Syncs.AS_IT_IS, work);
    }

    Piece(String title, Suite suite, Syncs syncs, Function<Setup, List<Figure>> work) {
        this.title = title;
        this.suite = suite;
        this.syncs = syncs;
        this.work = work;
    }

    String title() {
        return title;
    }

    Syncs syncs() {
        return syncs;
    }

    static List<Piece> of(Suite suite) {
        return Arrays.stream(values())
                .filter(piece -> piece.suite == suite && piece != CHECK) // which is a part of others
                .toList();
    }

    Suite suite() {
        return suite;
    }

    List<Figure> run(Setup setup) {
        return work.apply(setup);
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
