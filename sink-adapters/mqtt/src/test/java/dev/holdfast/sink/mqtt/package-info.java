/** Tests of the MQTT sink that need no broker. */
@NullMarked
package dev.holdfast.sink.mqtt;

import org.jspecify.annotations.NullMarked;
