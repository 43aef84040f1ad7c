/**
 * Agents: a piece of work with private state that one thread steps. In production an {@link
 * dev.holdfast.gateway.agent.AgentRunner} gives each its thread; tests step them by hand, so that what is concurrent in
 * production is deterministic there. Imports nothing of the project.
 */
@NullMarked
package dev.holdfast.gateway.agent;

import org.jspecify.annotations.NullMarked;
