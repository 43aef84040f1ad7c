package dev.holdfast.gateway.ingest.mqtt;

import static dev.holdfast.gateway.ingest.mqtt.MalformedTable.five;
import static dev.holdfast.gateway.ingest.mqtt.MalformedTable.three;

import dev.holdfast.gateway.ingest.mqtt.MalformedTable.Row;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PUBLISH packets that break the rules. The listener allows packets of 64 KiB and 4 topic aliases. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one listener for all rows
class MalformedPublishTest {

    private final MalformedTable table = new MalformedTable();

    @AfterAll
    void close() {
        table.close();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldEndTheConnectionAndNoOther(Row row) {
        table.check(row);
    }

    static Stream<Row> rows() {
        return Stream.of(
                // fixed header
                five("MQTT-3.3.1-4 QoS 3", "36 [ <'t'> 0001 [ ] ]", 0x81),
                three("3.1.1 MQTT-3.3.1-4 QoS 3", "36 [ <'t'> 0001 ]"),
                five("MQTT-3.3.1-2 DUP with QoS 0", "38 [ <'t'> [ ] ]", 0x81),
                three("3.1.1 MQTT-3.3.1-2 DUP with QoS 0", "38 [ <'t'> ]"),
                five("MQTT-3.2.2-15 larger than the maximum packet size", "32 fdff03", 0x95),
                five("MQTT-3.2.2-15 largest remaining length", "32 ffffff7f", 0x95),
                three("maximum packet size", "32 fdff03"),
                // topic
                five("MQTT-3.3.2-1 no topic name", "30 00", 0x81),
                three("3.1.1 MQTT-3.3.2-1 no topic name", "30 00"),
                five("3.3.2.1 topic name ends behind its packet", "30 [ 0005 'top' ]", 0x81),
                three("3.1.1 3.3.2.1 topic name ends behind its packet", "30 [ 0005 'top' ]"),
                five("MQTT-3.3.2-2 wildcard #", "32 [ <'a/#'> 0001 [ ] ]", 0x81),
                five("MQTT-3.3.2-2 wildcard +", "32 [ <'a/+/b'> 0001 [ ] ]", 0x81),
                three("3.1.1 MQTT-3.3.2-2 wildcard", "32 [ <'a/#'> 0001 ]"),
                five("3.3.2.1 neither topic name nor alias", "32 [ <> 0001 [ ] ]", 0x82),
                three("3.1.1 MQTT-4.7.3-1 empty topic name", "32 [ <> 0001 ]"),
                five("MQTT-1.5.4-2 NUL in the topic name", "32 [ <'a' 00 'b'> 0001 [ ] ]", 0x81),
                five("MQTT-1.5.4-2 NUL behind other characters", "32 [ <'ä' 00> 0001 [ ] ]", 0x81),
                five("MQTT-1.5.4-2 overlong NUL", "32 [ <'a' c080> 0001 [ ] ]", 0x81),
                five("MQTT-1.5.4-1 overlong slash", "32 [ <'a' c0af> 0001 [ ] ]", 0x81),
                five("MQTT-1.5.4-1 surrogate", "32 [ <'a' eda080> 0001 [ ] ]", 0x81),
                five("MQTT-1.5.4-1 pair of surrogates", "32 [ <eda081 edb080> 0001 [ ] ]", 0x81),
                five("MQTT-1.5.4-1 truncated character", "32 [ <'a' e282> 0001 [ ] ]", 0x81),
                five("MQTT-1.5.4-1 continuation without a beginning", "32 [ <80> 0001 [ ] ]", 0x81),
                five("MQTT-1.5.4-1 beyond U+10FFFF", "32 [ <f4908080> 0001 [ ] ]", 0x81),
                five("MQTT-1.5.4-1 byte that UTF-8 never has", "32 [ <fe> 0001 [ ] ]", 0x81),
                three("3.1.1 MQTT-1.5.3-1 surrogate", "32 [ <'a' eda080> 0001 ]"),
                three("3.1.1 MQTT-1.5.3-2 NUL in the topic name", "32 [ <'a' 00 'b'> 0001 ]"),
                // packet identifier
                five("MQTT-2.2.1-3 packet identifier 0", "32 [ <'t'> 0000 [ ] ]", 0x82),
                five("MQTT-2.2.1-3 packet identifier 0 with QoS 2", "34 [ <'t'> 0000 [ ] ]", 0x82),
                three("3.1.1 MQTT-2.3.1-1 packet identifier 0", "32 [ <'t'> 0000 ]"),
                five("2.2.1 no packet identifier", "32 [ <'t'> ]", 0x81),
                five("2.2.1 half a packet identifier", "32 [ <'t'> 00 ]", 0x81),
                three("3.1.1 2.3.1 no packet identifier", "32 [ <'t'> ]"),
                // properties
                five("MQTT-2.2.2-1 no property length", "32 [ <'t'> 0001 ]", 0x81),
                five("2.2.2.1 properties end behind their packet", "32 [ <'t'> 0001 05 01 ]", 0x81),
                five("2.2.2.1 property ends behind the properties", "32 [ <'t'> 0001 03 02 000000 05 ]", 0x81),
                five("2.2.2.1 text ends behind the properties", "32 [ <'t'> 0001 04 03 0003 'te' 'xt' ]", 0x81),
                five("MQTT-1.5.5-1 property length in two bytes", "32 [ <'t'> 0001 8000 ]", 0x81),
                five("2.2.2.1 property length of 5 bytes", "32 [ <'t'> 0001 80808080 01 ]", 0x81),
                five("2.2.2.2 unknown property", "32 [ <'t'> 0001 [ 7e 00 ] ]", 0x81),
                five("2.2.2.2 property 0", "32 [ <'t'> 0001 [ 00 00 ] ]", 0x81),
                five("2.2.2.2 property beyond 63", "32 [ <'t'> 0001 [ 41 00 ] ]", 0x81),
                five("MQTT-1.5.5-1 property identifier in two bytes", "32 [ <'t'> 0001 [ 8100 01 ] ]", 0x81),
                five("2.2.2.2 property of CONNECT", "32 [ <'t'> 0001 [ 11 00000001 ] ]", 0x81),
                five("2.2.2.2 reason string", "32 [ <'t'> 0001 [ 1f <'why'> ] ]", 0x81),
                five("3.3.2.3.2 payload format twice", "32 [ <'t'> 0001 [ 01 00 01 00 ] ]", 0x82),
                five("3.3.2.3.2 payload format 2", "32 [ <'t'> 0001 [ 01 02 ] ]", 0x82),
                five("3.3.2.3.3 message expiry twice", "32 [ <'t'> 0001 [ 02 00000001 02 00000001 ] ]", 0x82),
                five("3.3.2.3.4 alias twice", "32 [ <'t'> 0001 [ 23 0001 23 0001 ] ]", 0x82),
                five("MQTT-3.3.2-8 alias 0", "32 [ <'t'> 0001 [ 23 0000 ] ]", 0x94),
                five("MQTT-3.3.2-9 alias above the maximum", "32 [ <'t'> 0001 [ 23 0005 ] ]", 0x94),
                five("3.3.2.3.4 alias that stands for nothing", "32 [ <> 0001 [ 23 0004 ] ]", 0x82),
                five("3.3.2.3.5 response topic twice", "32 [ <'t'> 0001 [ 08 <'r'> 08 <'r'> ] ]", 0x82),
                five("MQTT-3.3.2-13 response topic is not UTF-8", "32 [ <'t'> 0001 [ 08 <ff> ] ]", 0x81),
                five("MQTT-3.3.2-14 response topic with a wildcard", "32 [ <'t'> 0001 [ 08 <'r/+'> ] ]", 0x82),
                five("MQTT-4.7.3-1 empty response topic", "32 [ <'t'> 0001 [ 08 <> ] ]", 0x82),
                five("3.3.2.3.6 correlation data twice", "32 [ <'t'> 0001 [ 09 <00> 09 <00> ] ]", 0x82),
                five("1.5.6 correlation data ends behind the packet", "32 [ <'t'> 0001 [ 09 0100 00 ] ]", 0x81),
                five("MQTT-1.5.7-1 user property with bad UTF-8", "32 [ <'t'> 0001 [ 26 <'k'> <c3> ] ]", 0x81),
                five("MQTT-3.3.4-6 subscription identifier", "32 [ <'t'> 0001 [ 0b 01 ] ]", 0x82),
                five("3.3.2.3.9 content type twice", "32 [ <'t'> 0001 [ 03 <'a'> 03 <'b'> ] ]", 0x82),
                five("MQTT-3.3.2-19 content type with NUL", "32 [ <'t'> 0001 [ 03 <00> ] ]", 0x81),
                // what is well-formed, but not accepted
                five("4.7.2 reserved topic with QoS 0", "30 [ <'$SYS/x'> [ ] ]", 0x90),
                three("3.1.1 4.7.2 reserved topic", "32 [ <'$SYS/x'> 0001 ]"));
    }
}
