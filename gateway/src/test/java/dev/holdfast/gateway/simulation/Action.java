package dev.holdfast.gateway.simulation;

/** What can happen next. */
enum Action {
    COMMIT(300),
    FORWARD(350),
    PUBLISH(150),
    READ_ACKNOWLEDGEMENTS(120),
    CARRY(200),
    ANSWER(200),
    ANSWER_CONNECT(80),
    PASS_MILLISECONDS(120),

    PASS_SECONDS(30, true),
    PASS_HOURS(5, true),
    LOSE_DEVICE(15, true),
    LOSE_LINK(20, true),
    CHANGE_MOOD(15, true),
    CHANGE_REACHABILITY(15, true),
    SET_CLOCK(10, true),
    FAIL_READS(6, true),
    FAIL_COMMIT(8, true),
    CHANGE_DISK(10, true),
    CUT_COMMIT(12, true),
    CUT_CALLBACK(6, true),
    KILL(8, true),
    STOP(6, true);

    final int weight;
    final boolean isFault;

    Action(int weight) {
        this(weight, false);
    }

    Action(int weight, boolean isFault) {
        this.weight = weight;
        this.isFault = isFault;
    }
}
