package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.ingest.mqtt.MalformedTable.Row;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The normative statements about what a client must not send, by the numbers of the standards' appendix B: each has a row
 * in the tables of malformed packets, and no row names another.
 *
 * <p>Not among them: what only a client can know (a packet identifier that is in use, PINGREQ in time, an identifier in a
 * PUBLISH with QoS 0, which reads as payload), what is about the order or the time of good packets, and what concerns a
 * server that delivers to subscribers, which this one never does.
 */
class MalformedStatementsTest {

    private static final Pattern STATEMENT = Pattern.compile("^(3\\.1\\.1 )?MQTT-([0-9.-]+-[0-9]+) ");

    private static final String OF_MQTT_5 = """
            1.5.4-1 1.5.4-2 1.5.5-1 1.5.7-1 2.1.3-1 2.2.1-3 2.2.1-5 2.2.2-1
            3.1.0-1 3.1.0-2 3.1.2-1 3.1.2-2 3.1.2-3 3.1.2-9 3.1.2-11 3.1.2-12 3.1.2-13
            3.1.2-16 3.1.2-17 3.1.2-18 3.1.2-19 3.1.3-3 3.1.3-4 3.1.3-11 3.1.3-12 3.1.4-1 3.2.2-15
            3.3.1-2 3.3.1-4 3.3.2-1 3.3.2-2 3.3.2-8 3.3.2-9 3.3.2-13 3.3.2-14 3.3.2-19 3.3.4-6
            3.6.1-1 3.6.2-1 3.8.1-1 3.8.3-1 3.8.3-2 3.8.3-4 3.8.3-5 3.10.1-1 3.10.3-1 3.10.3-2
            3.14.1-1 3.14.2-1 3.15.1-1 4.7.0-1 4.7.3-1 4.7.3-2 4.12.0-1 4.12.0-7
            """;

    private static final String OF_311 = """
            1.5.3-1 1.5.3-2 2.2.2-2 2.3.1-1
            3.1.0-1 3.1.0-2 3.1.2-1 3.1.2-2 3.1.2-3 3.1.2-9 3.1.2-13 3.1.2-14 3.1.2-15
            3.1.2-18 3.1.2-19 3.1.2-20 3.1.2-21 3.1.2-22 3.1.3-3 3.1.3-4 3.1.3-8 3.1.3-10 3.1.3-11 3.1.4-1
            3.3.1-2 3.3.1-4 3.3.2-1 3.3.2-2 3.6.1-1 3.8.1-1 3.8.3-1 3.8.3-3 3-8.3-4
            3.10.1-1 3.10.3-1 3.10.3-2 3.14.1-1 4.7.3-1 4.7.3-2
            """;

    private static Set<String> statements(boolean of311) {
        return Stream.of(MalformedConnectTest.rows(), MalformedPacketTest.rows(), MalformedPublishTest.rows())
                .flatMap(rows -> rows)
                .map(Row::rule)
                .map(STATEMENT::matcher)
                .filter(Matcher::find)
                .filter(statement -> (statement.group(1) != null) == of311)
                .map(statement -> statement.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> words(String text) {
        return new TreeSet<>(Arrays.asList(text.strip().split("\\s+")));
    }

    @Test
    void shouldHaveARowForEachStatementOfMqtt5() {
        assertThat(statements(false)).isEqualTo(words(OF_MQTT_5));
    }

    @Test
    void shouldHaveARowForEachStatementOf311() {
        assertThat(statements(true)).isEqualTo(words(OF_311));
    }
}
