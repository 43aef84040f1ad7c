/**
 * What a tap is to the gateway: a subscription at a broker, whose messages are acknowledged once they are durable. Adapters
 * implement it; the gateway keeps the messages, decides when to connect again, and says what it may have missed. Shares
 * options and the words for links with {@link dev.holdfast.sink}.
 */
@NullMarked
package dev.holdfast.tap;

import org.jspecify.annotations.NullMarked;
