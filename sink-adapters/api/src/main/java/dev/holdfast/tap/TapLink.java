package dev.holdfast.tap;

import dev.holdfast.sink.Link;
import java.util.List;

/** Where a tap reports what becomes of its link, and what comes over it. Any thread; never blocks. */
public interface TapLink {

    /**
     * The broker has taken us in. Messages of a session that was there may have come before.
     *
     * @param present whether it still had our session, so that nothing that it kept for us is missing
     */
    void session(boolean present);

    /**
     * The broker has answered the subscription; from now on the link is up.
     *
     * @param filters what it made of each filter
     */
    void subscribed(List<Granted> filters);

    /** A message has come. */
    void received(TapMessage message);

    /**
     * The broker says how many messages it has ever dropped since it was started, for whatever client.
     *
     * @param messages how many
     */
    void brokerDropped(long messages);

    /**
     * The broker has sent more than it had been told may be unacknowledged, which ends the link; {@link #down} follows. It
     * would end each link that says the same, so {@link Tap#connect} is to be told for as long as there is this session.
     */
    void overrun();

    /**
     * The link could not be brought up, or was lost.
     *
     * @param why for people: what happened, and to which address
     * @param hint what is to be made of it
     */
    void down(String why, Link.Hint hint);

    /**
     * What a broker made of a filter.
     *
     * @param filter the filter
     * @param asked the QoS that was asked for
     * @param granted the QoS that it grants; {@link #REFUSED} for none at all
     * @param why why not, for people; empty when it is as asked
     */
    record Granted(String filter, int asked, int granted, String why) {

        /** The broker does not let us subscribe. */
        public static final int REFUSED = -1;
    }
}
