/**
 * A running gateway: {@link dev.holdfast.gateway.Gateway} wires the parts together, in one place and by constructors.
 *
 * <pre>
 *   cli ──▶ Gateway ──▶ ingest.mqtt ──▶ journal ◀── forward ──▶ sinks (by ServiceLoader)
 *              └─────▶ admin (reads all of them)
 * </pre>
 */
@NullMarked
package dev.holdfast.gateway;

import org.jspecify.annotations.NullMarked;
