package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneLimits;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.RouteProgress;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.sink.Batch;
import dev.holdfast.sink.Identity;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Outcomes;
import dev.holdfast.sink.Sink;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Deliberate bugs. */
final class Mutants {

    private Mutants() {}

    /** Acknowledges what it was handed, and commits it later. */
    static Mutant acknowledgesBeforeTheCommit() {
        return journal(journal -> new JournalWrapper(journal) {
            @Override
            public void append(Append append) {
                append.onDurable().run();
                journal.append(new Append(append.fragments(), append.mutations(), () -> {}));
            }
        });
    }

    /** Forgets to tell each seventh of those who wait for a commit. */
    static Mutant dropsACallback() {
        return journal(journal -> new JournalWrapper(journal) {
            private int appends;

            @Override
            public void append(Append append) {
                boolean dropped = ++appends % 7 == 0;
                journal.append(
                        new Append(append.fragments(), append.mutations(), dropped ? () -> {} : append.onDurable()));
            }
        });
    }

    /** Lets everything go that a route has seen, delivered or not. */
    static Mutant forgetsWhatIsPendingWhenTrimming() {
        return journal(journal -> new JournalWrapper(journal) {
            @Override
            public void saveProgress(String route, RouteProgress progress) {
                List<LaneProgress> lanes = new ArrayList<>();
                for (int i = 0; i < progress.lanes().size(); i++) {
                    lanes.add(LaneProgress.from(progress.lanes().get(i).lane(), journal.head(i) + 1));
                }
                journal.saveProgress(
                        route,
                        new RouteProgress(lanes, progress.accepted(), progress.deadLettered(), progress.expired()));
            }
        });
    }

    /** Has lanes grow without limit. */
    static Mutant ignoresTheLimitsOfLanes() {
        return options(options -> options.withLanes(options.lanes().stream()
                .map(lane -> new LaneOptions(lane.name(), LaneLimits.NONE, lane.history(), lane.whenFull()))
                .toList()));
    }

    /** Never writes how far the routes have come. */
    static Mutant neverWritesProgress() {
        return journal(journal -> new JournalWrapper(journal) {
            @Override
            public void saveProgress(String route, RouteProgress progress) {
                // forgotten
            }
        });
    }

    /** Has a refused message settled at once, and forgets to put it aside. */
    static Mutant settlesBeforeTheDeadLetterIsDurable() {
        return journal(journal -> new JournalWrapper(journal) {
            private int deadLetters;

            @Override
            public void append(Append append) {
                boolean deadLetter =
                        append.mutations().stream().anyMatch(change -> change.table() == SideTable.DEAD_LETTERS);
                if (deadLetter) {
                    append.onDurable().run();
                }
                if (!deadLetter || ++deadLetters % 2 == 0) {
                    journal.append(deadLetter ? new Append(List.of(), append.mutations(), () -> {}) : append);
                }
            }
        });
    }

    /** Loses its last commit when the process ends. */
    static Mutant losesTheLastCommit() {
        return new Mutant() {
            @Override
            boolean losesTheLastCommit() {
                return true;
            }
        };
    }

    /** After a link was lost, sends a batch in another order. */
    static Mutant deliversOutOfOrderAfterALoss() {
        return sink(sink -> new SinkWrapper(sink) {
            @Override
            public void deliver(Batch batch, Outcomes outcomes) {
                if (links < 2) {
                    sink.deliver(batch, outcomes);
                    return;
                }
                List<Message> turned = new ArrayList<>(batch.messages());
                Collections.reverse(turned);
                int last = turned.size() - 1;
                sink.deliver(new Batch(turned), (index, outcome) -> outcomes.settle(last - index, outcome));
            }
        });
    }

    /** Takes for delivered what was in flight when a link was lost. */
    static Mutant callsDeliveredWhatWasInFlight() {
        return sink(sink -> new SinkWrapper(sink) {
            @Override
            public void deliver(Batch batch, Outcomes outcomes) {
                sink.deliver(
                        batch,
                        (index, outcome) ->
                                outcomes.settle(index, outcome instanceof Outcome.Retry ? Outcome.ACCEPTED : outcome));
            }
        });
    }

    /** Names in its stamp the message before, wanted or not. */
    static Mutant namesTheWrongPrevious() {
        return sink(sink -> new SinkWrapper(sink) {
            @Override
            public void deliver(Batch batch, Outcomes outcomes) {
                sink.deliver(
                        new Batch(
                                batch.messages().stream().map(Mutants::misnamed).toList()),
                        outcomes);
            }
        });
    }

    private static Message misnamed(Message message) {
        Identity right = message.identity();
        return new Message(
                new Identity(right.gateway(), right.lane(), right.epoch(), right.sequence(), right.sequence() - 1),
                message.topic(),
                message.payload(),
                message.qos(),
                message.retain(),
                message.properties(),
                message.clientId(),
                message.received(),
                message.receivedClockSynced());
    }

    private static Mutant journal(UnaryOperator<Journal> change) {
        return new Mutant() {
            @Override
            Journal journal(Journal journal) {
                return change.apply(journal);
            }
        };
    }

    private static Mutant options(UnaryOperator<JournalOptions> change) {
        return new Mutant() {
            @Override
            JournalOptions options(JournalOptions options) {
                return change.apply(options);
            }
        };
    }

    private static Mutant sink(Function<Sink, Sink> change) {
        return new Mutant() {
            @Override
            Sink sink(Sink sink) {
                return change.apply(sink);
            }
        };
    }

    /** A sink that does what another one does, but for what a mutant changes. */
    private abstract static class SinkWrapper implements Sink {

        private final Sink sink;
        int links;

        SinkWrapper(Sink sink) {
            this.sink = sink;
        }

        @Override
        public String target() {
            return sink.target();
        }

        @Override
        public void connect(Link link) {
            links++;
            sink.connect(link);
        }

        @Override
        public void disconnect() {
            sink.disconnect();
        }

        @Override
        public void close() {
            sink.close();
        }
    }
}
