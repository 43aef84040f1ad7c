/**
 * What the gateway tells about itself over HTTP: health, readiness and status.
 *
 * <p>Reads what others publish and changes nothing. May import every package but {@code cli}.
 */
@NullMarked
package dev.holdfast.gateway.admin;

import org.jspecify.annotations.NullMarked;
