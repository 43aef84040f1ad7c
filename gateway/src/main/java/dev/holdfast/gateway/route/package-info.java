/**
 * Topic filters and what routes want. Immutable and free of I/O. May import {@code journal} for topics and for the part
 * of a route that the journal must know.
 */
@NullMarked
package dev.holdfast.gateway.route;

import org.jspecify.annotations.NullMarked;
