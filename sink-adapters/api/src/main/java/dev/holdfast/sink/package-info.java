/**
 * What a sink adapter implements and what it is given: the only thing that adapters and the gateway share. Depends on
 * nothing but annotations.
 *
 * <p>Life of a sink: {@link dev.holdfast.sink.SinkFactory#open} checks its configuration without the network; {@link
 * dev.holdfast.sink.Sink#connect} brings the link up; {@link dev.holdfast.sink.Sink#deliver} sends batches, each message
 * of which is settled once; {@link dev.holdfast.sink.Sink#disconnect} takes the link down, after which {@code connect}
 * may follow again; {@link dev.holdfast.sink.Sink#close} ends it.
 *
 * <p>The forwarder owns retry, backoff, window, progress, dead letters and order. A sink delivers and reports.
 */
@NullMarked
package dev.holdfast.sink;

import org.jspecify.annotations.NullMarked;
