/**
 * The demonstration: a real gateway as a child process that is killed for real, simulated sensors, and a stand-in for the
 * upstream broker that is cut off. What it reports is measured by the sensors' own counters.
 */
@NullMarked
package dev.holdfast.gateway.demo;

import org.jspecify.annotations.NullMarked;
