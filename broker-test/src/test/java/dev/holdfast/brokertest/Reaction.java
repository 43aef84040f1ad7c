package dev.holdfast.brokertest;

import java.time.Duration;

/** What a {@link ScriptedBroker} does with a PUBLISH. */
sealed interface Reaction {

    /** Acknowledges with success. */
    Reaction ACCEPT = new Answer(0, "");

    /** Ends the connection without a word. */
    Reaction CLOSE = new Close();

    /** Acknowledges a packet id that nobody has used. */
    Reaction WRONG_ID = new WrongId();

    /** Says nothing. */
    Reaction SILENCE = new Silence();

    /** Acknowledges with a reason code, and with a reason string unless it is empty. */
    record Answer(int code, String reason) implements Reaction {}

    /** See {@link #CLOSE}. */
    record Close() implements Reaction {}

    /** Says why in a DISCONNECT, and ends the connection. */
    record Disconnect(int code) implements Reaction {}

    /** See {@link #WRONG_ID}. */
    record WrongId() implements Reaction {}

    /** See {@link #SILENCE}. */
    record Silence() implements Reaction {}

    /** Does something after a while; goes on reading meanwhile. */
    record Later(Duration after, Reaction then) implements Reaction {}

    static Reaction refuse(int code) {
        return new Answer(code, "");
    }
}
