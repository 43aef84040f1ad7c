@NullMarked
package dev.holdfast.sink.mqtt;

import org.jspecify.annotations.NullMarked;
