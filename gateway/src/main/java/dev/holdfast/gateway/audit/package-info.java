/**
 * What happened and can't be counted, kept in the store.
 *
 * <p>May import {@code journal}.
 */
@NullMarked
package dev.holdfast.gateway.audit;

import org.jspecify.annotations.NullMarked;
