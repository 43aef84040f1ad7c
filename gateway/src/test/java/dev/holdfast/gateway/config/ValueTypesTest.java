package dev.holdfast.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0B, 0",
        "1, 1",
        "4194304, 4194304",
        "17B, 17",
        "1KiB, 1024",
        "512 KiB, 524288",
        "1MiB, 1048576",
        "4GiB, 4294967296",
        "9223372036854775807, 9223372036854775807"
    })
    void shouldParseByteSizes(String text, long bytes) throws Exception {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "'', is not a byte size",
        "-1, is not a byte size",
        "1.5MiB, is not a byte size",
        "KiB, is not a byte size",
        "1_000, is not a byte size",
        "1MB, 'is not in B, KiB, MiB or GiB; KB and MB are not understood, write KiB and MiB'",
        "1kb, 'is not in B, KiB, MiB or GiB; KB and MB are not understood, write KiB and MiB'",
        "1mib, 'is not in B, KiB, MiB or GiB; KB and MB are not understood, write KiB and MiB'",
        "9223372036854775808, is too large",
        "9223372036854775807KiB, is too large",
        "99999999999999999999999999, is too large"
    })
    void shouldRefuseOtherByteSizes(String text, String complaint) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(Refused.class)
                .hasMessage(complaint);
    }

    @ParameterizedTest
    @CsvSource({"0, 0B", "1000, 1000B", "1024, 1KiB", "1536, 1536B", "4194304, 4MiB", "5368709120, 5GiB"})
    void shouldWriteByteSizes(long bytes, String text) {
        assertThat(new ByteSize(bytes)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"0s, PT0S", "250ms, PT0.25S", "30s, PT30S", "5m, PT5M", "12 h, PT12H", "7d, PT168H", "36500d, PT876000H"
    })
    void shouldParseDurations(String text, Duration duration) throws Exception {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({
        "'', is not an amount of time",
        "s, is not an amount of time",
        "-1s, is not an amount of time",
        "1.5h, is not an amount of time",
        "PT30S, is not an amount of time",
        "5, has no unit",
        "5y, has a unit that is not known",
        "5min, has a unit that is not known",
        "36501d, is too long",
        "9223372036854775807ms, is too long",
        "9223372036854775807d, is too long",
        "99999999999999999999999d, is too long"
    })
    void shouldRefuseOtherDurations(String text, String complaint) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(Refused.class)
                .hasMessage(complaint);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:1883, 127.0.0.1, 1883",
        "0.0.0.0:0, 0.0.0.0, 0",
        "255.255.255.255:65535, 255.255.255.255, 65535",
        "[::]:80, ::, 80",
        "[2001:db8::1]:00080, 2001:db8::1, 80",
        "localhost:1883, 127.0.0.1, 1883"
    })
    void shouldParseAddresses(String text, String host, int port) throws Exception {
        assertThat(Addresses.parse(text)).isEqualTo(new InetSocketAddress(host, port));
    }

    @Test
    void shouldLeaveHostNamesUnresolved() throws Exception {
        assertThat(Addresses.parse("box-17.example:1883"))
                .isEqualTo(InetSocketAddress.createUnresolved("box-17.example", 1883));
    }

    @ParameterizedTest
    @CsvSource({
        "'', is not an address with a port",
        "1883, is not an address with a port",
        "127.0.0.1, is not an address with a port",
        "127.0.0.1:, is not an address with a port",
        "127.0.0.1:http, is not an address with a port",
        "127.0.0.1:-1, is not an address with a port",
        "127.0.0.1:123456, is not an address with a port",
        "[::1], is not an address with a port",
        "127.0.0.1:65536, has a port that is too large",
        "::1:1883, 'is not an address: an IPv6 address stands in brackets, [::1]:1883'",
        "mqtt://127.0.0.1:1883, 'is not an address: an IPv6 address stands in brackets, [::1]:1883'",
        ":1883, has no host before the port",
        "*:1883, has a host that can't be one",
        "a b:1883, has a host that can't be one",
        "127.0.0.256:1883, has an IP address that can't be one",
        "127.0.0.01:1883, has an IP address that can't be one",
        "[127.0.0.1]:1883, has an IP address that can't be one",
        "127.1:1883, has an IP address that can't be one",
        "1:1883, has an IP address that can't be one",
        "[]:1883, has an IP address that can't be one",
        "[127.0.0.1:1883, has an IP address that can't be one",
        "[box]:1883, has an IP address that can't be one",
        "[::1%nowhere]:1883, has an IP address that can't be one",
        "[:::]:1883, has an IP address that can't be one"
    })
    void shouldRefuseOtherAddresses(String text, String complaint) {
        assertThatThrownBy(() -> Addresses.parse(text))
                .isInstanceOf(Refused.class)
                .hasMessage(complaint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "+",
                "/",
                "a",
                "a/b",
                "+/+",
                "/+",
                "a/+/b",
                "a/#",
                "+/#",
                "$SYS/#",
                "$share",
                "a b",
                "é/\uD83D\uDE00",
                "//"
            })
    void shouldTakeTopicFilters(String text) throws Exception {
        assertThat(TopicFilters.parse(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "#/",
                "#/a",
                "a#",
                "a/b#",
                "##",
                "a/##",
                "+a",
                "a+",
                "a/b+/c",
                "++",
                "a\0",
                "a\uD800",
                "$share/g/#"
            })
    void shouldRefuseOtherTopicFilters(String text) {
        assertThatThrownBy(() -> TopicFilters.parse(text)).isInstanceOf(Refused.class);
    }

    @Test
    void shouldLimitTheLengthOfTopicFilters() throws Exception {
        assertThat(TopicFilters.parse("a".repeat(65_535))).hasSize(65_535);
        assertThatThrownBy(() -> TopicFilters.parse("é".repeat(32_768)))
                .hasMessage("is not a topic filter: it is longer than 65535 bytes");
    }

    @Test
    void shouldParseWholeNumbersWithinLimits() throws Exception {
        Type<Integer> type = Types.whole(1, 1000);

        assertThat(type.allowed()).isEqualTo("1 to 1000");
        assertThat(type.parser().parse("1000")).isEqualTo(1000);
        assertThat(type.parser().parse("0001")).isEqualTo(1);
        assertThatThrownBy(() -> type.parser().parse("0")).hasMessage("is too small");
        assertThatThrownBy(() -> type.parser().parse("-99999999999999999999")).hasMessage("is too small");
        assertThatThrownBy(() -> type.parser().parse("1001")).hasMessage("is too large");
        assertThatThrownBy(() -> type.parser().parse("99999999999999999999")).hasMessage("is too large");
        assertThatThrownBy(() -> type.parser().parse("1.0")).hasMessage("is not a whole number");
        assertThatThrownBy(() -> type.parser().parse("+1")).hasMessage("is not a whole number");
        assertThatThrownBy(() -> type.parser().parse("\u0661")).hasMessage("is not a whole number");
    }
}
