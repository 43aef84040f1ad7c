/**
 * The command line: {@code holdfast COMMAND}. Commands say what people want to know on standard output, what went wrong
 * on standard error, and end with the exit codes of {@link dev.holdfast.gateway.cli.ExitCode}.
 */
@NullMarked
package dev.holdfast.gateway.cli;

import org.jspecify.annotations.NullMarked;
