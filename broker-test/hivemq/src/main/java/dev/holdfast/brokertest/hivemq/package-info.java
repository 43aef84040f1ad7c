/** HiveMQ CE as a process. */
@NullMarked
package dev.holdfast.brokertest.hivemq;

import org.jspecify.annotations.NullMarked;
