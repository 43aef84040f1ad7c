package dev.holdfast.gateway.ingest.mqtt;

import static dev.holdfast.gateway.ingest.mqtt.MalformedTable.five;
import static dev.holdfast.gateway.ingest.mqtt.MalformedTable.three;

import dev.holdfast.gateway.ingest.mqtt.MalformedTable.Row;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets other than CONNECT and PUBLISH that break the rules. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one listener for all rows
class MalformedPacketTest {

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
                five("2.1.2 type 0", "00 00", 0x81),
                three("3.1.1 2.2.1 type 0", "00 00"),
                five("1.5.5 remaining length of 5 bytes", "c0 80808080 00", 0x81),
                five("1.5.5 remaining length of 5 bytes, before the last", "c0 ffffffff", 0x81),
                three("3.1.1 2.2.3 remaining length of 5 bytes", "c0 80808080 00"),
                five("MQTT-1.5.5-1 remaining length in two bytes", "c0 8000", 0x81),
                // packets that a client may send once, or never
                five("MQTT-3.1.0-2 second CONNECT", "10 [ <'MQTT'> 05 02 0000 [ ] <'c'> ]", 0x82),
                three("3.1.1 MQTT-3.1.0-2 second CONNECT", "10 [ <'MQTT'> 04 02 0000 <'c'> ]"),
                five("MQTT-2.1.3-1 flags of CONNECT", "1f [ <'MQTT'> 05 02 0000 [ ] <'c'> ]", 0x81),
                five("2.1.2 CONNACK from a client", "20 [ 00 00 [ ] ]", 0x82),
                three("3.1.1 2.2.1 CONNACK from a client", "20 02 0000"),
                five("2.1.2 SUBACK from a client", "90 [ 0001 [ ] 00 ]", 0x82),
                five("2.1.2 UNSUBACK from a client", "b0 [ 0001 [ ] 00 ]", 0x82),
                five("2.1.2 PINGRESP from a client", "d0 00", 0x82),
                three("3.1.1 2.2.1 PINGRESP from a client", "d0 00"),
                five("MQTT-4.12.0-7 AUTH without authentication method", "f0 00", 0x82),
                five("MQTT-3.15.1-1 flags of AUTH", "f1 00", 0x81),
                three("3.1.1 2.2.1 type 15", "f0 00"),
                // acknowledgements of what was never sent
                five("4.3.2 PUBACK of nothing", "40 02 0001", 0x82),
                five("4.3.3 PUBREC of nothing", "50 02 0001", 0x82),
                five("4.3.3 PUBCOMP of nothing", "70 02 0001", 0x82),
                three("3.1.1 4.3.2 PUBACK of nothing", "40 02 0001"),
                five("MQTT-2.1.3-1 flags of PUBACK", "42 02 0001", 0x81),
                // PUBREL
                five("MQTT-3.6.1-1 flags of PUBREL", "60 02 0001", 0x81),
                three("3.1.1 MQTT-3.6.1-1 flags of PUBREL", "60 02 0001"),
                five("3.6.2 no packet identifier", "62 00", 0x81),
                five("3.6.2 half a packet identifier", "62 01 00", 0x81),
                five("MQTT-2.2.1-5 packet identifier 0", "62 02 0000", 0x82),
                five("MQTT-3.6.2-1 unknown reason code", "62 [ 0001 01 ]", 0x82),
                five("MQTT-3.6.2-1 reason code of PUBACK", "62 [ 0001 87 ]", 0x82),
                five("2.2.2.2 property of PUBLISH", "62 [ 0001 00 [ 01 00 ] ]", 0x81),
                five("3.6.2.2.2 reason string twice", "62 [ 0001 00 [ 1f <'a'> 1f <'b'> ] ]", 0x82),
                five("3.6.2.2 properties end behind their packet", "62 [ 0001 00 05 ]", 0x81),
                five("3.6.2.2 trailing byte", "62 [ 0001 00 [ ] 00 ]", 0x81),
                three("3.1.1 3.6.2 trailing byte", "62 [ 0001 00 ]"),
                // SUBSCRIBE
                five("MQTT-3.8.1-1 flags of SUBSCRIBE", "80 [ 0001 [ ] <'a'> 00 ]", 0x81),
                three("3.1.1 MQTT-3.8.1-1 flags of SUBSCRIBE", "80 [ 0001 <'a'> 00 ]"),
                five("MQTT-2.2.1-3 packet identifier 0", "82 [ 0000 [ ] <'a'> 00 ]", 0x82),
                three("3.1.1 MQTT-2.3.1-1 packet identifier 0", "82 [ 0000 <'a'> 00 ]"),
                five("MQTT-3.8.3-2 no topic filter", "82 [ 0001 [ ] ]", 0x82),
                three("3.1.1 MQTT-3.8.3-3 no topic filter", "82 [ 0001 ]"),
                five("3.8.3 no subscription options", "82 [ 0001 [ ] <'a'> ]", 0x81),
                five("MQTT-3.8.3-1 topic filter is not UTF-8", "82 [ 0001 [ ] <ff> 00 ]", 0x81),
                five("MQTT-1.5.4-2 NUL in a topic filter", "82 [ 0001 [ ] <'a' 00> 00 ]", 0x81),
                five("MQTT-4.7.3-1 empty topic filter", "82 [ 0001 [ ] <> 00 ]", 0x82),
                five("3.8.3.1 maximum QoS 3", "82 [ 0001 [ ] <'a'> 03 ]", 0x82),
                three("3.1.1 MQTT-3-8.3-4 requested QoS 3", "82 [ 0001 <'a'> 03 ]"),
                five("3.8.3.1 retain handling 3", "82 [ 0001 [ ] <'a'> 30 ]", 0x82),
                five("MQTT-3.8.3-5 reserved option", "82 [ 0001 [ ] <'a'> 40 ]", 0x81),
                five("MQTT-3.8.3-5 reserved option of the second filter", "82 [ 0001 [ ] <'a'> 00 <'b'> 80 ]", 0x81),
                three("3.1.1 MQTT-3-8.3-4 reserved option", "82 [ 0001 <'a'> 04 ]"),
                five("MQTT-3.8.3-4 no local on a shared subscription", "82 [ 0001 [ ] <'$share/g/a'> 04 ]", 0x82),
                five("3.8.2.1.2 subscription identifier 0", "82 [ 0001 [ 0b 00 ] <'a'> 00 ]", 0x82),
                five("3.8.2.1.2 subscription identifier twice", "82 [ 0001 [ 0b 01 0b 02 ] <'a'> 00 ]", 0x82),
                five("1.5.5 subscription identifier of 5 bytes", "82 [ 0001 [ 0b 80808080 01 ] <'a'> 00 ]", 0x81),
                five("2.2.2.2 property of PUBLISH", "82 [ 0001 [ 03 <'a'> ] <'a'> 00 ]", 0x81),
                five("3.8.2.1 no property length", "82 [ 0001 ]", 0x81),
                three("3.1.1 MQTT-3.8.3-1 topic filter is not UTF-8", "82 [ 0001 <ff> 00 ]"),
                five("MQTT-4.7.3-2 NUL in the second topic filter", "82 [ 0001 [ ] <'a'> 00 <'b' 00> 00 ]", 0x81),
                three("3.1.1 MQTT-4.7.3-2 NUL in a topic filter", "82 [ 0001 <'a' 00> 00 ]"),
                // UNSUBSCRIBE
                three("3.1.1 MQTT-3.10.1-1 flags of UNSUBSCRIBE", "a0 [ 0001 <'a'> ]"),
                three("3.1.1 MQTT-3.10.3-1 topic filter is not UTF-8", "a2 [ 0001 <eda080> ]"),
                five("MQTT-3.10.1-1 flags of UNSUBSCRIBE", "a0 [ 0001 [ ] <'a'> ]", 0x81),
                five("MQTT-2.2.1-3 packet identifier 0", "a2 [ 0000 [ ] <'a'> ]", 0x82),
                five("MQTT-3.10.3-2 no topic filter", "a2 [ 0001 [ ] ]", 0x82),
                three("3.1.1 MQTT-3.10.3-2 no topic filter", "a2 [ 0001 ]"),
                five("MQTT-3.10.3-1 topic filter is not UTF-8", "a2 [ 0001 [ ] <eda080> ]", 0x81),
                five("3.10.3 topic filter ends behind its packet", "a2 [ 0001 [ ] 0002 'a' ]", 0x81),
                five("2.2.2.2 subscription identifier", "a2 [ 0001 [ 0b 01 ] <'a'> ]", 0x81),
                // PINGREQ
                five("MQTT-2.1.3-1 flags of PINGREQ", "c1 00", 0x81),
                three("3.1.1 MQTT-2.2.2-2 flags of PINGREQ", "c1 00"),
                five("3.12.2 trailing byte", "c0 01 00", 0x81),
                three("3.1.1 3.12.2 trailing byte", "c0 01 00"),
                // DISCONNECT
                five("MQTT-3.14.1-1 flags of DISCONNECT", "e1 00", 0x81),
                three("3.1.1 MQTT-3.14.1-1 flags of DISCONNECT", "e1 00"),
                five("MQTT-3.14.2-1 unknown reason code", "e0 01 01", 0x82),
                five("2.2.2.2 property of PUBLISH", "e0 [ 00 [ 01 00 ] ]", 0x81),
                five("3.14.2.2.2 session expiry twice", "e0 [ 00 [ 11 00000000 11 00000000 ] ]", 0x82),
                five("3.14.2.2.2 session expiry where there was none", "e0 [ 00 [ 11 00000001 ] ]", 0x82),
                five("3.14.2.2 trailing byte", "e0 [ 00 [ ] 00 ]", 0x81),
                three("3.1.1 3.14.3 trailing byte", "e0 01 00"));
    }
}
