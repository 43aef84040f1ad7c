package dev.holdfast.gateway.config;

import java.net.InetSocketAddress;

/**
 * Where the status page and the API are.
 *
 * @param bind where to listen, port 0 lets the system choose; unresolved when the file names a host other than
 *     localhost, because reading a configuration asks no name server
 */
public record AdminConfig(InetSocketAddress bind) {}
