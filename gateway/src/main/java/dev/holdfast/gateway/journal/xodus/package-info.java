/**
 * The journal's engine on Xodus, and the only place that imports it: Xodus is in its sunset, so it must be possible to
 * put another engine behind {@link dev.holdfast.gateway.journal.Store}.
 */
@NullMarked
package dev.holdfast.gateway.journal.xodus;

import org.jspecify.annotations.NullMarked;
