package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.access.AccessException;
import dev.holdfast.gateway.admin.AdminException;
import dev.holdfast.gateway.config.ConfigException;
import dev.holdfast.gateway.ingest.mqtt.FrontDoorException;
import dev.holdfast.gateway.journal.StoreException;
import java.io.PrintWriter;

/** Says what went wrong, and with which exit code to end. */
final class Failures {

    private Failures() {}

    /** Prints the failure for people and returns its exit code. */
    static int report(Throwable failure, PrintWriter err) {
        int exitCode = exitCode(failure);
        if (exitCode == ExitCode.INTERNAL) {
            err.println("holdfast: internal error, please report it:");
            failure.printStackTrace(err);
        } else if (failure instanceof ConfigException) {
            err.println(failure.getMessage());
        } else {
            err.println("holdfast: " + failure.getMessage());
        }
        return exitCode;
    }

    static int exitCode(Throwable failure) {
        if (failure instanceof ConfigException || failure instanceof AccessException) {
            return ExitCode.CONFIG;
        }
        if (failure instanceof StoreException) {
            return ExitCode.STORE;
        }
        if (failure instanceof UnreachableException) {
            return ExitCode.UNAVAILABLE;
        }
        if (failure instanceof FrontDoorException || failure instanceof AdminException) {
            return ExitCode.FAILED;
        }
        return ExitCode.INTERNAL;
    }
}
