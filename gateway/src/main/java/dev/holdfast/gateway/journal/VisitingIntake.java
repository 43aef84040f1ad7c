package dev.holdfast.gateway.journal;

import java.util.function.Consumer;

/**
 * An intake that keeps nothing: it shows each message to a visitor and calls it durable at once. For a stand-in that
 * plays the part of an upstream broker, and for tests of what stands before an intake.
 */
public final class VisitingIntake implements Intake {

    private static final ChunkBuilder.Header HEADER = new ChunkBuilder.Header(0, 0, 1, 0, 0, 0, false);

    private final Consumer<ChunkReader> visitor;
    private final ChunkBuilder builder = new ChunkBuilder();
    private final TopicTable topics = new TopicTable();

    /**
     * An intake with a visitor.
     *
     * @param visitor is shown each message, one thread at a time; the reader stands at it and is not to be moved
     */
    public VisitingIntake(Consumer<ChunkReader> visitor) {
        this.visitor = visitor;
    }

    @Override
    public synchronized void append(Append append) {
        for (Fragment fragment : append.fragments()) {
            builder.begin(HEADER, false);
            builder.add(fragment);
            ChunkReader reader = ChunkReader.open(HEADER.firstSequence(), builder.finish(), topics);
            while (reader.next()) {
                visitor.accept(reader);
            }
        }
        append.onDurable().run();
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public Admission admission(int lane) {
        return Admission.TAKE;
    }

    @Override
    public void onRoom(Runnable listener) {
        // there always is
    }

    @Override
    public long gatewayMillis() {
        return 0;
    }
}
