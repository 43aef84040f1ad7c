package dev.holdfast.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.Gap;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which gaps somebody asks for.
 *
 * @param lane only those of this lane; null for all
 * @param route only those that concern this route; null for all
 * @param limit how many at most, the newest
 */
record GapQuery(@Nullable String lane, @Nullable String route, int limit) {

    /** All that are kept. */
    static final GapQuery ALL = new GapQuery(null, null, Integer.MAX_VALUE);

    /**
     * Reads the query of a URL.
     *
     * @param query as it was sent, still encoded; null when there is none
     * @throws IllegalArgumentException if it can't be understood; the message says why
     */
    static GapQuery parse(@Nullable String query) {
        GapQuery parsed = ALL;
        if (query == null || query.isEmpty()) {
            return parsed;
        }
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : decoded(name, part.substring(equals + 1));
            parsed = parsed.with(name, value);
        }
        return parsed;
    }

    private static String decoded(String name, String value) {
        try {
            return URLDecoder.decode(value, UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the value of " + name + " is not encoded as a URL demands", e);
        }
    }

    private GapQuery with(String name, String value) {
        return switch (name) {
            case "lane" -> new GapQuery(value, route, limit);
            case "route" -> new GapQuery(lane, value, limit);
            case "limit" -> new GapQuery(lane, route, limitOf(value));
            default ->
                throw new IllegalArgumentException("there is no such parameter; known are lane, route and limit");
        };
    }

    private static int limitOf(String value) {
        if (!value.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("limit must be a number from 1 to 999999999");
        }
        return Integer.parseInt(value);
    }

    /** The gaps that are asked for, the newest first. */
    List<GapReport> from(List<Gap> oldestFirst) {
        List<GapReport> found = new ArrayList<>();
        for (int i = oldestFirst.size() - 1; i >= 0 && found.size() < limit; i--) {
            Gap gap = oldestFirst.get(i);
            boolean matches = (lane == null || gap.lane().equals(lane))
                    && (route == null || gap.routes().contains(route));
            if (matches) {
                found.add(GapReport.of(gap));
            }
        }
        return found;
    }
}
