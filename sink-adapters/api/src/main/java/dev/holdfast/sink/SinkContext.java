package dev.holdfast.sink;

/**
 * What the gateway tells a sink about itself.
 *
 * @param gateway id of the gateway
 * @param route name of the route that the sink serves
 */
public record SinkContext(String gateway, String route) {}
