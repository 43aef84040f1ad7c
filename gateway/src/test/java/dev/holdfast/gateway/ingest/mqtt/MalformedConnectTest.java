package dev.holdfast.gateway.ingest.mqtt;

import static dev.holdfast.gateway.ingest.mqtt.MalformedTable.first;
import static dev.holdfast.gateway.ingest.mqtt.MalformedTable.firstOfFive;
import static dev.holdfast.gateway.ingest.mqtt.MalformedTable.firstOfThree;

import dev.holdfast.gateway.ingest.mqtt.MalformedTable.Row;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** First packets that break the rules. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one listener for all rows
class MalformedConnectTest {

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
                // what is no CONNECT at all
                first("MQTT-3.1.0-1 first packet is PUBLISH", "30 [ <'t'> [ ] ]"),
                first("MQTT-3.1.0-1 first packet is PINGREQ", "c0 00"),
                first("MQTT-3.1.0-1 first packet is AUTH", "f0 00"),
                first("MQTT-3.1.0-1 first packet is HTTP", "'GET / HTTP/1.1' 0d0a 'Host: x' 0d0a 0d0a"),
                first("MQTT-3.1.0-1 first packet is TLS", "16 03 01 00 05 01 00 00 01 00"),
                first("2.1.2 type 0", "00 00"),
                first("MQTT-2.1.3-1 flags of CONNECT", "11 [ <'MQTT'> 05 02 0000 [ ] <'c'> ]"),
                first("1.5.5 remaining length of 5 bytes", "10 80808080 01"),
                first(
                        "MQTT-1.5.5-1 remaining length in more bytes than needed",
                        "10 8e00 <'MQTT'> 05 02 0000 00 <'c'>"),
                // protocol name and level
                first("3.1.2.1 empty packet", "10 00"),
                first("3.1.2.1 protocol name ends behind its packet", "10 [ 0004 'MQT' ]"),
                first("MQTT-1.5.4-1 protocol name is not UTF-8", "10 [ <ff 'QTT'> 05 02 0000 [ ] <'c'> ]"),
                first("3.1.2.2 no protocol level", "10 [ <'MQTT'> ]"),
                firstOfFive("MQTT-3.1.2-1 wrong protocol name", "10 [ <'mqtt'> 05 02 0000 [ ] <'c'> ]", 0x84),
                firstOfThree("3.1.1 MQTT-3.1.2-1 wrong protocol name", "10 [ <'mqtt'> 04 02 0000 <'c'> ]", 0x01),
                firstOfFive("MQTT-3.1.2-2 later protocol version", "10 [ <'MQTT'> 06 02 0000 [ ] <'c'> ]", 0x84),
                firstOfThree("3.1.1 MQTT-3.1.2-2 earlier protocol level", "10 [ <'MQIsdp'> 03 02 0000 <'c'> ]", 0x01),
                firstOfThree("3.1.1 MQTT-3.1.2-2 protocol level 0", "10 [ <'MQTT'> 00 02 0000 <'c'> ]", 0x01),
                // connect flags
                firstOfFive("MQTT-3.1.2-3 reserved connect flag", "10 [ <'MQTT'> 05 03 0000 [ ] <'c'> ]", 0x81),
                first("3.1.1 MQTT-3.1.2-3 reserved connect flag", "10 [ <'MQTT'> 04 03 0000 <'c'> ]"),
                firstOfFive("MQTT-3.1.2-12 will QoS 3", "10 [ <'MQTT'> 05 1e 0000 [ ] <'c'> [ ] <'w'> <'p'> ]", 0x81),
                first("3.1.1 MQTT-3.1.2-14 will QoS 3", "10 [ <'MQTT'> 04 1e 0000 <'c'> <'w'> <'p'> ]"),
                firstOfFive("MQTT-3.1.2-11 will QoS without will", "10 [ <'MQTT'> 05 0a 0000 [ ] <'c'> ]", 0x81),
                firstOfFive("MQTT-3.1.2-13 will retain without will", "10 [ <'MQTT'> 05 22 0000 [ ] <'c'> ]", 0x81),
                first("3.1.1 MQTT-3.1.2-15 will retain without will", "10 [ <'MQTT'> 04 22 0000 <'c'> ]"),
                first("3.1.1 MQTT-3.1.2-22 password without user name", "10 [ <'MQTT'> 04 42 0000 <'c'> <'p'> ]"),
                firstOfFive("3.1.2.10 no keep alive", "10 [ <'MQTT'> 05 02 00 ]", 0x81),
                // properties
                firstOfFive("MQTT-2.2.2-1 no property length", "10 [ <'MQTT'> 05 02 0000 ]", 0x81),
                firstOfFive("2.2.2.1 properties end behind their packet", "10 [ <'MQTT'> 05 02 0000 14 <'c'> ]", 0x81),
                firstOfFive("MQTT-1.5.5-1 property length in two bytes", "10 [ <'MQTT'> 05 02 0000 8000 <'c'> ]", 0x81),
                firstOfFive("2.2.2.1 property length of 5 bytes", "10 [ <'MQTT'> 05 02 0000 80808080 01 <'c'> ]", 0x81),
                firstOfFive("2.2.2.2 unknown property", "10 [ <'MQTT'> 05 02 0000 [ 7f 00 ] <'c'> ]", 0x81),
                firstOfFive(
                        "2.2.2.2 unknown property of two bytes", "10 [ <'MQTT'> 05 02 0000 [ 9101 00 ] <'c'> ]", 0x81),
                firstOfFive("2.2.2.2 property of PUBLISH", "10 [ <'MQTT'> 05 02 0000 [ 23 0001 ] <'c'> ]", 0x81),
                firstOfFive("2.2.2.2 property of CONNACK", "10 [ <'MQTT'> 05 02 0000 [ 13 0001 ] <'c'> ]", 0x81),
                firstOfFive("2.2.2.2 property of the will", "10 [ <'MQTT'> 05 02 0000 [ 18 00000001 ] <'c'> ]", 0x81),
                firstOfFive(
                        "3.1.2.11.2 session expiry twice",
                        "10 [ <'MQTT'> 05 02 0000 [ 11 00000001 11 00000001 ] <'c'> ]",
                        0x82),
                firstOfFive(
                        "3.1.2.11.2 session expiry of 3 bytes", "10 [ <'MQTT'> 05 02 0000 [ 11 000001 ] <> ]", 0x81),
                firstOfFive("3.1.2.11.3 receive maximum 0", "10 [ <'MQTT'> 05 02 0000 [ 21 0000 ] <'c'> ]", 0x82),
                firstOfFive(
                        "3.1.2.11.3 receive maximum twice",
                        "10 [ <'MQTT'> 05 02 0000 [ 21 0001 21 0001 ] <'c'> ]",
                        0x82),
                firstOfFive(
                        "3.1.2.11.4 maximum packet size 0", "10 [ <'MQTT'> 05 02 0000 [ 27 00000000 ] <'c'> ]", 0x82),
                firstOfFive(
                        "3.1.2.11.5 topic alias maximum twice",
                        "10 [ <'MQTT'> 05 02 0000 [ 22 0001 22 0001 ] <'c'> ]",
                        0x82),
                firstOfFive(
                        "3.1.2.11.6 request response information 2",
                        "10 [ <'MQTT'> 05 02 0000 [ 19 02 ] <'c'> ]",
                        0x82),
                firstOfFive(
                        "3.1.2.11.7 request problem information 2", "10 [ <'MQTT'> 05 02 0000 [ 17 02 ] <'c'> ]", 0x82),
                firstOfFive(
                        "MQTT-1.5.7-1 user property with NUL",
                        "10 [ <'MQTT'> 05 02 0000 [ 26 <'k'> <00> ] <'c'> ]",
                        0x81),
                firstOfFive("1.5.7 user property without a value", "10 [ <'MQTT'> 05 02 0000 [ 26 <'k'> ] ]", 0x81),
                firstOfFive(
                        "MQTT-4.12.0-1 authentication method", "10 [ <'MQTT'> 05 02 0000 [ 15 <'X'> ] <'c'> ]", 0x8c),
                firstOfFive(
                        "3.1.2.11.10 authentication data without method",
                        "10 [ <'MQTT'> 05 02 0000 [ 16 <00> ] <'c'> ]",
                        0x82),
                // client identifier
                firstOfFive("MQTT-3.1.3-3 no client identifier", "10 [ <'MQTT'> 05 02 0000 [ ] ]", 0x81),
                firstOfFive(
                        "MQTT-3.1.3-4 client identifier is not UTF-8", "10 [ <'MQTT'> 05 02 0000 [ ] <c3 28> ]", 0x81),
                firstOfFive(
                        "MQTT-1.5.4-2 NUL in the client identifier",
                        "10 [ <'MQTT'> 05 02 0000 [ ] <'a' 00 'b'> ]",
                        0x81),
                first("3.1.1 MQTT-1.5.3-2 NUL in the client identifier", "10 [ <'MQTT'> 04 02 0000 <'a' 00 'b'> ]"),
                firstOfThree("3.1.1 MQTT-3.1.3-8 empty client identifier", "10 [ <'MQTT'> 04 00 0000 <> ]", 0x02),
                // will, user name, password
                firstOfFive("MQTT-3.1.2-9 no will fields", "10 [ <'MQTT'> 05 06 0000 [ ] <'c'> ]", 0x81),
                firstOfFive("MQTT-3.1.2-9 no will payload", "10 [ <'MQTT'> 05 06 0000 [ ] <'c'> [ ] <'w'> ]", 0x81),
                first("3.1.1 MQTT-3.1.2-9 no will payload", "10 [ <'MQTT'> 04 06 0000 <'c'> <'w'> ]"),
                firstOfFive(
                        "MQTT-3.1.3-11 will topic is not UTF-8",
                        "10 [ <'MQTT'> 05 06 0000 [ ] <'c'> [ ] <ff> <'p'> ]",
                        0x81),
                firstOfFive(
                        "MQTT-4.7.0-1 wildcard in the will topic",
                        "10 [ <'MQTT'> 05 06 0000 [ ] <'c'> [ ] <'w/#'> <'p'> ]",
                        0x81),
                firstOfFive("MQTT-4.7.3-1 empty will topic", "10 [ <'MQTT'> 05 06 0000 [ ] <'c'> [ ] <> <'p'> ]", 0x82),
                firstOfFive(
                        "4.7.2 reserved will topic", "10 [ <'MQTT'> 05 06 0000 [ ] <'c'> [ ] <'$SYS'> <'p'> ]", 0x90),
                firstOfFive(
                        "3.1.3.2.2 delay twice",
                        "10 [ <'MQTT'> 05 06 0000 [ ] <'c'> [ 18 00000001 18 00000001 ] <'w'> <> ]",
                        0x82),
                firstOfFive(
                        "2.2.2.2 alias of a will",
                        "10 [ <'MQTT'> 05 06 0000 [ ] <'c'> [ 23 0001 ] <'w'> <'p'> ]",
                        0x81),
                firstOfFive(
                        "3.1.3.2.3 payload format 2",
                        "10 [ <'MQTT'> 05 06 0000 [ ] <'c'> [ 01 02 ] <'w'> <'p'> ]",
                        0x82),
                firstOfFive("MQTT-3.1.2-17 no user name", "10 [ <'MQTT'> 05 82 0000 [ ] <'c'> ]", 0x81),
                firstOfFive(
                        "MQTT-3.1.3-12 user name is not UTF-8", "10 [ <'MQTT'> 05 82 0000 [ ] <'c'> <eda080> ]", 0x81),
                firstOfFive("MQTT-3.1.2-19 no password", "10 [ <'MQTT'> 05 42 0000 [ ] <'c'> ]", 0x81),
                firstOfFive(
                        "3.1.3.6 password ends behind its packet",
                        "10 [ <'MQTT'> 05 42 0000 [ ] <'c'> 0005 'pass' ]",
                        0x81),
                first("3.1.1 MQTT-3.1.0-1 first packet is PUBLISH", "30 [ <'t'> ]"),
                first("3.1.1 MQTT-3.1.2-13 will QoS without will", "10 [ <'MQTT'> 04 0a 0000 <'c'> ]"),
                first("3.1.1 MQTT-3.1.2-19 no user name", "10 [ <'MQTT'> 04 82 0000 <'c'> ]"),
                first("3.1.1 MQTT-3.1.2-21 no password", "10 [ <'MQTT'> 04 c2 0000 <'c'> <'name'> ]"),
                first("3.1.1 MQTT-3.1.3-3 no client identifier", "10 [ <'MQTT'> 04 02 0000 ]"),
                first("3.1.1 MQTT-3.1.3-4 client identifier is not UTF-8", "10 [ <'MQTT'> 04 02 0000 <c3 28> ]"),
                first("3.1.1 MQTT-3.1.3-10 will topic is not UTF-8", "10 [ <'MQTT'> 04 06 0000 <'c'> <ff> <'p'> ]"),
                first("3.1.1 MQTT-3.1.3-11 user name is not UTF-8", "10 [ <'MQTT'> 04 82 0000 <'c'> <eda080> ]"),
                // trailing bytes
                firstOfFive(
                        "MQTT-3.1.2-18 password without its flag",
                        "10 [ <'MQTT'> 05 82 0000 [ ] <'c'> <'name'> <'pass'> ]",
                        0x81),
                first("3.1.1 MQTT-3.1.2-18 user name without its flag", "10 [ <'MQTT'> 04 02 0000 <'c'> <'name'> ]"),
                first(
                        "3.1.1 MQTT-3.1.2-20 password without its flag",
                        "10 [ <'MQTT'> 04 82 0000 <'c'> <'name'> <'pass'> ]"),
                firstOfFive(
                        "MQTT-3.1.2-16 user name without its flag",
                        "10 [ <'MQTT'> 05 02 0000 [ ] <'c'> <'name'> ]",
                        0x81),
                firstOfFive("MQTT-3.1.4-1 trailing byte", "10 [ <'MQTT'> 05 02 0000 [ ] <'c'> 00 ]", 0x81),
                first("3.1.1 MQTT-3.1.4-1 trailing byte", "10 [ <'MQTT'> 04 02 0000 <'c'> 00 ]"));
    }
}
