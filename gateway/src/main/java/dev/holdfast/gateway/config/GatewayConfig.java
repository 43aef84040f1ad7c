package dev.holdfast.gateway.config;

import java.util.List;

/**
 * The whole configuration of a gateway, checked. Immutable.
 *
 * @param gatewayId name of the gateway, part of topics and of the identity stamp
 * @param store where messages are kept
 * @param lanes parts of the store in the order of the file, which is that of their priority; without the default lane
 * @param listen where devices publish
 * @param access who gets in, and who may publish what
 * @param taps where it subscribes, in the order of the file
 * @param routes where messages go, in the order of the file; empty when they are only to be kept
 * @param admin where the status page and the API are
 */
public record GatewayConfig(
        String gatewayId,
        StoreConfig store,
        List<LaneConfig> lanes,
        ListenConfig listen,
        AccessConfig access,
        List<TapConfig> taps,
        List<RouteConfig> routes,
        AdminConfig admin) {

    /** Copies the lists. */
    public GatewayConfig {
        lanes = List.copyOf(lanes);
        taps = List.copyOf(taps);
        routes = List.copyOf(routes);
    }
}
