package dev.holdfast.gateway.cli;

/** Exit codes, in the manner of sysexits.h: supervisors and scripts rely on them. */
final class ExitCode {

    static final int OK = 0;

    /** The thing asked failed. */
    static final int FAILED = 1;

    /** The command line is wrong. */
    static final int USAGE = 64;

    /** The gateway can't be reached. */
    static final int UNAVAILABLE = 69;

    /** An error of Holdfast's own. */
    static final int INTERNAL = 70;

    /** The store can't be read or written: after this nothing was acknowledged. */
    static final int STORE = 74;

    /** The configuration is wrong. */
    static final int CONFIG = 78;

    private ExitCode() {}
}
