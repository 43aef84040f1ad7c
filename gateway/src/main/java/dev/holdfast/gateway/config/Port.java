package dev.holdfast.gateway.config;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A port that something asks for.
 *
 * @param key which key it is the value of, for people
 * @param place where that stands, if it is in the file
 * @param bind the address
 */
record Port(String key, Optional<Place> place, InetSocketAddress bind) {

    static Port of(Fields fields, Key<InetSocketAddress> key, InetSocketAddress bind) {
        return new Port(fields.path(key.name()), fields.place(key.name()), bind);
    }
}
