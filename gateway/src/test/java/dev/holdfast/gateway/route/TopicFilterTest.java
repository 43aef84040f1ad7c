package dev.holdfast.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.Topic;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    /** The examples of MQTT 5 sections 4.7.1 to 4.7.3. */
    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/tennis/player1/#, sport/tennis/player2, false",
        "sport/#, sport, true",
        "sport/#, sports, false",
        "#, anything/at/all, true",
        "#, /, true",
        "sport/tennis/#, sport/tennis, true",
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player2, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+, sport, true",
        "+/tennis/#, sport/tennis/player1, true",
        "sport/+/player1, sport/tennis/player1, true",
        "/finance, /finance, true",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+, /finance, false",
        "#, $SYS/monitor, false",
        "+/monitor/Clients, $SYS/monitor/Clients, false",
        "$SYS/#, $SYS/monitor/Clients, true",
        "$SYS/#, $SYS, true",
        "$SYS/monitor/+, $SYS/monitor/Clients, true",
        "ACCOUNTS, Accounts, false",
        "accounts payable, accounts payable, true",
        "a//b, a//b, true",
        "a/+/b, a//b, true",
        "a/b, a/b/, false",
        "a/b/, a/b, false",
        "/, /, true",
        "/#, /, true",
        "+/#, a, true",
    })
    void shouldMatchAsTheStandardSays(String filter, String topic, boolean matches) {
        assertThat(TopicFilter.of(filter).matches(topic)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sport/tennis#", "sport/tennis/#/ranking", "sport+", "#/a", "+a/b", "a/b+", "##", ""})
    void shouldRefuseWhatTheStandardCallsNotValid(String filter) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> TopicFilter.of(filter));
        assertThat(TopicFilter.problem(filter)).isPresent();
    }

    @Test
    void shouldRefuseNul() {
        assertThat(TopicFilter.problem("a\0b"))
                .hasValueSatisfying(why -> assertThat(why).contains("NUL"));
    }

    /** Against a matcher that follows the text of the standard word by word, on topics that share their levels. */
    @Test
    void shouldMatchLikeThePlainDefinition() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            String filter = randomFilter(random);
            String topic = randomTopic(random);
            assertThat(TopicFilter.of(filter).matches(topic))
                    .as("filter %s, topic %s, seed %d", filter, topic, seed)
                    .isEqualTo(plain(List.of(filter.split("/", -1)), List.of(topic.split("/", -1)), topic, filter));
        }
    }

    private static boolean plain(List<String> filter, List<String> topic, String wholeTopic, String wholeFilter) {
        boolean beginsWithWildcard = wholeFilter.startsWith("#") || wholeFilter.startsWith("+");
        return !(wholeTopic.startsWith("$") && beginsWithWildcard) && plain(filter, topic);
    }

    private static boolean plain(List<String> filter, List<String> topic) {
        if (filter.equals(List.of("#"))) {
            return true;
        }
        if (filter.isEmpty() || topic.isEmpty()) {
            return filter.isEmpty() && topic.isEmpty();
        }
        boolean level = filter.get(0).equals("+") || filter.get(0).equals(topic.get(0));
        return level && plain(filter.subList(1, filter.size()), topic.subList(1, topic.size()));
    }

    private static String randomFilter(RandomGenerator random) {
        StringBuilder filter = new StringBuilder();
        int levels = 1 + random.nextInt(4);
        for (int i = 0; i < levels; i++) {
            filter.append(i == 0 ? "" : "/");
            int kind = random.nextInt(6);
            if (kind == 0) {
                filter.append('+');
            } else if (kind == 1 && i == levels - 1) {
                filter.append('#');
            } else {
                filter.append(level(random));
            }
        }
        return filter.isEmpty() ? "a" : filter.toString();
    }

    private static String randomTopic(RandomGenerator random) {
        StringBuilder topic = new StringBuilder(level(random));
        for (int i = random.nextInt(4); i > 0; i--) {
            topic.append('/').append(level(random));
        }
        return topic.toString();
    }

    private static String level(RandomGenerator random) {
        return List.of("", "a", "b", "ab", "$x", "ü").get(random.nextInt(6));
    }

    @Test
    void shouldKnowWhetherARouteWantsEverything() {
        assertThat(interest("a/#", "#").wantsEverything()).isTrue();
        assertThat(interest("+/#").wantsEverything()).isFalse();
        assertThat(interest("a/#", "b").wants(Topic.of("b"), Origin.frontDoor("d")))
                .isTrue();
        assertThat(interest("a/#", "b").wants(Topic.of("c"), Origin.frontDoor("d")))
                .isFalse();
    }

    @Test
    void shouldHaveAFingerprintOfWhatItWants() {
        assertThat(interest("a").fingerprint()).isEqualTo(interest("a").fingerprint());
        assertThat(interest("a").fingerprint()).isNotEqualTo(interest("b").fingerprint());
    }

    private static Interest interest(String... filters) {
        return new Interest("r", List.of(filters).stream().map(TopicFilter::of).toList());
    }
}
