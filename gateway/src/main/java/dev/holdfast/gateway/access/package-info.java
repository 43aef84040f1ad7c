/**
 * Who gets in, and who may publish what: users and their passwords, rules, and the files that they stand in.
 *
 * <p>Nothing here fails open: what can't be read is no start, and later no change. Passwords are checked on threads of their
 * own; everything else answers at once.
 *
 * <p>May import {@code journal}, {@code route} and {@code time}; knows nothing of MQTT.
 */
@NullMarked
package dev.holdfast.gateway.access;

import org.jspecify.annotations.NullMarked;
