package dev.holdfast.gateway.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores the messages that tell those upstream of gaps. Belongs to the committer. */
final class GapTeller {

    private static final Origin ORIGIN = new Origin(Origin.Source.GATEWAY, "", "");
    private static final int QOS = 1;

    private final @Nullable GapNotice notice;

    GapTeller(@Nullable GapNotice notice) {
        this.notice = notice;
    }

    /** Stores a message for each gap, in the transaction that marks it as told. */
    void tell(List<Gap> over, List<LaneLog> lanes, Store.Writer tx, CommitContext context) {
        GapNotice form = notice;
        if (form == null || over.isEmpty()) {
            return;
        }
        LaneLog lane = lanes.get(form.lane());
        for (Gap gap : over) {
            byte[] payload = form.payload(gap);
            Fragment message = new Fragment(form.lane(), ORIGIN, context.time().gatewayMillis(), payload.length + 16);
            message.begin(form.topic(), QOS, false, 0, payload.length);
            int at = message.claim(payload.length);
            System.arraycopy(payload, 0, message.buffer(), at, payload.length);
            lane.append(message, tx, context);
        }
        lane.flush(tx);
    }
}
