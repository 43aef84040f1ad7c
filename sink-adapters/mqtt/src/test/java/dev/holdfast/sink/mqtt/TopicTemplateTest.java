package dev.holdfast.sink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How topics are made, and which filter covers what can be made. */
class TopicTemplateTest {

    private static TopicTemplate template(String text) {
        return TopicTemplate.parse(text, "box", "up");
    }

    @ParameterizedTest
    @CsvSource({
        "{topic}, a/b/c, a/b/c",
        "site/{gateway}/{topic}, a, site/box/a",
        "{lane}/{route}/{topic}, a, lane/up/a",
        "{topic:2}, site/box17/commands/valve, commands/valve",
        "plant/{topic:1}, site/a/b, plant/a/b",
        "{topic:1}, /a, a",
        "{topic:1}, a/, ''",
        "{topic:2}, a/b, ''",
        "x{topic:3}, a/b/c, ''"
    })
    void shouldMakeATopic(String text, String topic, String made) {
        assertThat(template(text).apply(topic, "lane")).isEqualTo(made);
    }

    @ParameterizedTest
    @CsvSource({
        "{topic}, a/+/c, a/+/c",
        "site/{gateway}/{topic}, #, site/box/#",
        "{lane}/x, a, +/x",
        "{topic:2}, site/+/commands/#, commands/#",
        "{topic:2}, site/#, #",
        "{topic:2}, #, #",
        "in/{topic:1}, a, in/#",
        "{topic:1}/end, a/#, #"
    })
    void shouldCoverAllThatCanBeMade(String text, String filter, String cover) {
        assertThat(template(text).cover(filter)).isEqualTo(cover);
    }

    @ParameterizedTest
    @CsvSource({
        "{topic:0}, is not known here",
        "{topic:10}, is not known here",
        "{topic:a}, is not known here",
        "{user}, is not known here",
        "a/#, contains #",
        "{topic, has a { without a }",
        "'', the topic is empty"
    })
    void shouldRefuseWhatIsNoTemplate(String text, String why) {
        assertThatThrownBy(() -> template(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
