package dev.holdfast.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.Topic;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may publish what. */
class PublishRulesTest {

    private static boolean allows(PublishRules rules, @Nullable String user, String client, String topic) {
        PublishRules.Grant grant = rules.grant(user, client);
        boolean first = grant.allows(Topic.of(topic));
        assertThat(grant.allows(Topic.of(topic))).as("asked again").isEqualTo(first);
        return first;
    }

    private static PublishRules rule(String topic) {
        return new PublishRules(List.of(new PublishRules.Rule(List.of(), List.of(), List.of(topic))));
    }

    @Test
    void shouldAllowNothingWithoutARule() {
        assertThat(allows(new PublishRules(List.of()), "alice", "c", "a")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "sensors/%u/#, alice, c1, sensors/alice/t, true",
        "sensors/%u/#, alice, c1, sensors/bob/t, false",
        "sensors/%u/#, alice, c1, sensors/alice2/t, false",
        "sensors/%u/#, , c1, sensors//t, false",
        "sensors/%u/#, , c1, sensors/null/t, false",
        "%c/t, , c1, c1/t, true",
        "%c/t, , c1, c2/t, false",
        "%c/t, , '', /t, false",
        "v-%u-%c/+, alice, c1, v-alice-c1/x, true",
        "a/%u/%u, alice, c1, a/alice/alice, true",
        "a/%u, %c, c1, a/%c, true",
        "a/%u, %c, c1, a/c1, false",
        "a/$1/%u, alice, c1, a/$1/alice, true",
        "'#', , c1, any/thing, true",
        "'#', , c1, $SYS/x, false",
        "+/t, , c1, $x/t, false",
    })
    void shouldFillInNames(String filter, @Nullable String user, String client, String topic, boolean allowed) {
        assertThat(allows(rule(filter), user, client, topic)).isEqualTo(allowed);
    }

    /** A device that calls itself + would publish for all others. */
    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "a/b", "a+", "#a", "/", "\0", "a\0b"})
    void shouldMatchNothingForANameThatIsNoLevel(String name) {
        assertThat(allows(rule("s/%c/t"), null, name, "s/x/t")).isFalse();
        assertThat(allows(rule("s/%c/#"), null, name, "s/x/t")).isFalse();
        assertThat(allows(rule("s/%u/t"), name, "c", "s/x/t")).isFalse();
        assertThat(allows(rule("s/%u"), name, "c", "s/" + name)).isFalse();
    }

    @Test
    void shouldChooseByUserAndClientId() {
        PublishRules rules = new PublishRules(List.of(
                new PublishRules.Rule(List.of("alice"), List.of(), List.of("alice/#")),
                new PublishRules.Rule(List.of("van*"), List.of("gps-*", "can"), List.of("vans/#")),
                new PublishRules.Rule(List.of(), List.of("probe"), List.of("probe"))));

        assertThat(allows(rules, "alice", "c", "alice/t")).isTrue();
        assertThat(allows(rules, "Alice", "c", "alice/t")).isFalse();
        assertThat(allows(rules, null, "alice", "alice/t")).isFalse();
        assertThat(allows(rules, "van7", "gps-1", "vans/t")).isTrue();
        assertThat(allows(rules, "van7", "can", "vans/t")).isTrue();
        assertThat(allows(rules, "van7", "cantina", "vans/t")).isFalse();
        assertThat(allows(rules, "bob", "gps-1", "vans/t")).isFalse();
        assertThat(allows(rules, null, "probe", "probe")).isTrue();
    }

    @Test
    void shouldRememberOnlySomeTopics() {
        PublishRules.Grant grant = rule("a/+").grant(null, "c");
        for (int i = 0; i < 10_000; i++) {
            assertThat(grant.allows(Topic.of("a/" + i))).isTrue();
            assertThat(grant.allows(Topic.of("b/" + i))).isFalse();
        }
    }
}
