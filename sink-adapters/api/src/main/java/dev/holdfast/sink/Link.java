package dev.holdfast.sink;

/** Where a sink reports what becomes of its link. Any thread; never blocks. */
public interface Link {

    /**
     * The link is up.
     *
     * @param limits what the other side takes
     */
    void up(Limits limits);

    /**
     * The link could not be brought up, or was lost.
     *
     * @param why for people: what happened, and to which address
     * @param hint what is to be made of it
     */
    void down(String why, Hint hint);

    /** What is to be made of a link that is down. */
    enum Hint {
        /** It could not be had, or was lost: try again. */
        LOST,
        /** The other side does not want us, by our name, password or rights: only people can mend it. */
        REFUSED
    }

    /**
     * What the other side takes.
     *
     * @param maxInFlight how many messages may be unsettled at a time
     */
    record Limits(int maxInFlight) {}
}
