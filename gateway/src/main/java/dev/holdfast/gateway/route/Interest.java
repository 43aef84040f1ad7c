package dev.holdfast.gateway.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.RouteInterest;
import dev.holdfast.gateway.journal.Topic;
import java.util.List;
import java.util.zip.CRC32C;

/** What a route wants: messages whose topic matches one of its filters. */
public final class Interest implements RouteInterest {

    private final String route;
    private final List<TopicFilter> filters;

    /** An interest of the named route in topics that match any of the filters. */
    public Interest(String route, List<TopicFilter> filters) {
        this.route = route;
        this.filters = List.copyOf(filters);
    }

    @Override
    public String route() {
        return route;
    }

    /** Nothing that begins with {@code $} comes in at the front door, so {@code #} is everything. */
    @Override
    public boolean wantsEverything() {
        return filters.stream().anyMatch(TopicFilter::matchesAll);
    }

    @Override
    public boolean wants(Topic topic, Origin origin) {
        return wants(topic.name());
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
        crc.update((route + sorted).getBytes(UTF_8));
        return crc.getValue();
    }
}
