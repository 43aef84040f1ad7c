/** Where messages come in, each way in a package of its own. All of them hand over to {@code journal.Intake}. */
@NullMarked
package dev.holdfast.gateway.ingest;

import org.jspecify.annotations.NullMarked;
