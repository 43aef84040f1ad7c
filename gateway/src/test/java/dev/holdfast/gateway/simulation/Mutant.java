package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.Store;
import dev.holdfast.sink.Sink;

/** A deliberate bug, put between parts that are right. This one is none. */
class Mutant {

    static final Mutant NONE = new Mutant();

    /** The store as the journal sees it. */
    Store store(Store store) {
        return store;
    }

    /** What the journal is told to be. */
    JournalOptions options(JournalOptions options) {
        return options;
    }

    /** The journal as devices and routes see it. */
    Journal journal(Journal journal) {
        return journal;
    }

    /** A sink as its forwarder sees it. */
    Sink sink(Sink sink) {
        return sink;
    }

    /** Whether the last commit before a crash is not on disk. */
    boolean losesTheLastCommit() {
        return false;
    }
}
