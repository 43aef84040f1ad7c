package dev.holdfast.brokertest.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The pieces of {@code bench journal}. */
enum Piece {
    APPENDS("Durable appends", Disk.AS_IT_IS, AppendsPiece::run),
    APPENDS_SLOW("Durable appends when a sync takes 4.5 ms longer", Disk.SLOW, AppendsPiece::runSlow),
    STEADY("Steady state", Disk.AS_IT_IS, SteadyPiece::run);

    /** The disk that a piece is to see. */
    enum Disk {
        AS_IT_IS,
        /** With a library preloaded that makes syncs slow. */
        SLOW
    }

    private final String title;
    private final Disk disk;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference
    private final Function<Setup, List<Figure>> work;

    Piece(String title, Disk disk, Function<Setup, List<Figure>> work) {
        this.title = title;
        this.disk = disk;
        this.work = work;
    }

    String title() {
        return title;
    }

    Disk disk() {
        return disk;
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
