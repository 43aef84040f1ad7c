/**
 * Configuration: from YAML text to immutable records, with errors that explain themselves.
 *
 * <p>{@link dev.holdfast.gateway.config.ConfigReader} is the only door. The gateway's own keys are described once, in
 * {@code Layout}, and read through that description; a sink's keys are described by its {@code Option}s. Each file is
 * first parsed into a small tree that knows where everything stands; {@code Merge} makes one of them and {@code Overrides}
 * puts the variables of the environment into it. That is read key by key, so that all its problems are reported at once and
 * each with its place. Nothing here starts, opens or resolves anything.
 *
 * <p>{@link dev.holdfast.gateway.config.EffectiveConfig}, {@link dev.holdfast.gateway.config.ConfigSchema} and {@link
 * dev.holdfast.gateway.config.ConfigDocs} are made from the same descriptions, so that they can't say anything else.
 *
 * <p>No threads and no state beyond a call. May import the sink API and nothing else of the project.
 */
@NullMarked
package dev.holdfast.gateway.config;

import org.jspecify.annotations.NullMarked;
