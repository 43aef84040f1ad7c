package dev.holdfast.brokertest.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is measured, piece by piece. */
enum Piece {
    APPENDS("Durable appends", Syncs.AS_IT_IS, AppendsPiece::run),
    APPENDS_SLOW("Durable appends when a sync takes 4.5 ms longer", Syncs.SLOW, AppendsPiece::runSlow),
    STEADY("Steady state", Syncs.AS_IT_IS, SteadyPiece::run),
    ENGINES("The steady state of other engines", Syncs.AS_IT_IS, EnginesPiece::run),
    SPACE("Space on disk", Syncs.AS_IT_IS, SpacePiece::run),
    LATENCY("Latency", Syncs.AS_IT_IS, LatencyPiece::run),
    WRITES("Wear, of the journal", Syncs.AS_IT_IS, WritesPiece::run),
    BACKLOG("A large backlog in a heap of 96 MiB", Syncs.AS_IT_IS, BacklogPiece::run),
    INGEST("Devices to durable, beside Mosquitto", Group.MQTT, IngestPiece::run),
    HIVEMQ("Devices to durable, beside HiveMQ CE with a subscriber who is away", Group.MQTT, HiveMqPiece::run),
    FORWARD("From devices to a subscriber upstream, beside Mosquitto and its bridge", Group.MQTT, ForwardPiece::run),
    DRAIN("A backlog after an outage, beside Mosquitto's bridge", Group.MQTT, DrainPiece::run),
    CLIENTS("A backlog, beside client libraries that have it in memory", Group.MQTT, ClientsPiece::run),
    LIVE("The wait of live devices", Group.MQTT, LivePiece::run),
    CROWD("Many devices beside few", Group.MQTT, CrowdPiece::run),
    MEMORY("Memory for a backlog, beside Mosquitto's for its queue", Group.MQTT, MemoryPiece::run),
    WEAR("Wear, of the gateway", Group.MQTT, WearPiece::run),
    START("Starts with nothing stored", Group.MQTT, StartPiece::run),
    GATE("A gate and Mosquitto behind it, beside Mosquitto alone", Group.MQTT, GatePiece::run),
    TAP("A tap drains a broker, beside mosquitto_sub", Group.MQTT, TapPiece::run),
    /** A part of others. */
    CHECK("What two minutes show, in the short form", Group.ON_DEMAND, IngestPiece::check);

    /** What belongs together. */
    private enum Group {
        /** The journal through its API. */
        JOURNAL,
        /** Gateways, brokers and loads, each a process. */
        MQTT,
        ON_DEMAND
    }

    /** The syncs that a piece is to see. */
    enum Syncs {
        AS_IT_IS,
        /** With a library preloaded that makes syncs slow. */
        SLOW
    }

    private final String title;
    private final Group group;
    private final Syncs syncs;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference
    private final Function<Setup, List<Figure>> work;

    Piece(String title, Syncs syncs, Function<Setup, List<Figure>> work) {
        this(title, Group.JOURNAL, syncs, work);
    }

    Piece(String title, Group group, Function<Setup, List<Figure>> work) {
        this(title, group, Syncs.AS_IT_IS, work);
    }

    Piece(String title, Group group, Syncs syncs, Function<Setup, List<Figure>> work) {
        this.title = title;
        this.group = group;
        this.syncs = syncs;
        this.work = work;
    }

    String title() {
        return title;
    }

    Syncs syncs() {
        return syncs;
    }

    /** Everything. */
    static List<Piece> all() {
        return Arrays.stream(values())
                .filter(piece -> piece.group != Group.ON_DEMAND)
                .toList();
    }

    /** Those of a group, by its name; none if there is no such group. */
    static List<Piece> group(String name) {
        return all().stream().filter(piece -> name(piece.group).equals(name)).toList();
    }

    /** The names of groups and pieces. */
    static List<String> names() {
        return Stream.concat(
                        Stream.of(Group.JOURNAL, Group.MQTT).map(Piece::name),
                        Arrays.stream(values()).map(Piece::toString))
                .toList();
    }

    /** The piece of that name; null if there is none. */
    static @Nullable Piece named(String name) {
        return Arrays.stream(values())
                .filter(piece -> piece.toString().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    List<Figure> run(Setup setup) {
        return work.apply(setup);
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name(this);
    }
}
