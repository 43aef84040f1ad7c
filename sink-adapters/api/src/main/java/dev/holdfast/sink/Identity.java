package dev.holdfast.sink;

/**
 * What makes a message recognisable downstream. A consumer drops duplicates by (gateway, lane, epoch, sequence), as a set
 * or as ranges, never by the highest seen; and sees a gap when the message called {@code previous} never came. The same
 * message always carries the same identity, however often and by whichever run of the gateway it is sent.
 *
 * @param gateway id of the gateway
 * @param lane name of the lane
 * @param epoch epoch of the run that stored it
 * @param sequence its sequence in the lane
 * @param previous sequence of the message before it in this lane that this route wants, whatever became of that one; 0
 *     when there is none
 */
public record Identity(String gateway, String lane, long epoch, long sequence, long previous) {

    /** The MQTT 5 user property in which it travels. */
    public static final String PROPERTY = "holdfast";

    /** Whether a stamp was made by the gateway of that id. */
    public static boolean isOf(String gateway, String stamp) {
        return stamp.length() > gateway.length() && stamp.startsWith(gateway) && stamp.charAt(gateway.length()) == '/';
    }

    /** The form in which it travels: {@code gateway/lane/epoch/sequence/previous}, the epoch as 16 hex digits. */
    public String stamp() {
        StringBuilder out = new StringBuilder(gateway.length() + lane.length() + 60);
        out.append(gateway).append('/').append(lane).append('/');
        for (int shift = 60; shift >= 0; shift -= 4) {
            out.append(Character.forDigit((int) (epoch >>> shift & 0xf), 16));
        }
        return out.append('/').append(sequence).append('/').append(previous).toString();
    }
}
