package dev.holdfast.gateway.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.RouteInterest;
import dev.holdfast.gateway.journal.Topic;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a route wants: messages whose topic matches one of its filters; and those by which the gateway tells of gaps, if
 * it asks for them.
 */
public final class Interest implements RouteInterest {

    private final String route;
    private final List<TopicFilter> filters;
    private final Entrances from;
    private final boolean gaps;

    /** An interest of the named route in topics that match any of the filters, and not in gaps. */
    public Interest(String route, List<TopicFilter> filters) {
        this(route, filters, Entrances.ALL, false);
    }

    /**
     * An interest of the named route in topics that match any of the filters.
     *
     * @param from where the messages came in
     * @param gaps whether it wants the gateway's own messages too
     */
    public Interest(String route, List<TopicFilter> filters, Entrances from, boolean gaps) {
        this.route = route;
        this.filters = List.copyOf(filters);
        this.from = from;
        this.gaps = gaps;
    }

    @Override
    public String route() {
        return route;
    }

    /** Nothing that begins with {@code $} comes in, so {@code #} is everything that devices send. */
    @Override
    public boolean wantsEverything() {
        return from.isAll() && filters.stream().anyMatch(TopicFilter::matchesAll);
    }

    @Override
    public boolean wants(Topic topic, Origin origin) {
        return origin.source() == Origin.Source.GATEWAY ? gaps : from.has(origin) && wants(topic.name());
    }

    boolean wants(String topic) {
        for (TopicFilter filter : filters) {
            if (filter.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long fingerprint() {
        CRC32C crc = new CRC32C();
        List<String> sorted =
                filters.stream().map(TopicFilter::toString).sorted().toList();
        crc.update((route + sorted + (gaps ? "gaps" : "") + from).getBytes(UTF_8));
        return crc.getValue();
    }
}
