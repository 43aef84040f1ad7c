package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Bytes in a notation that shows what they mean on the wire.
 *
 * <pre>
 *   c0 00      bytes in hexadecimal
 *   00*500     a byte so many times
 *   'text'     its UTF-8
 *   &lt; ... >    a length of two bytes, and what is between
 *   [ ... ]    a length as a variable byte integer, and what is between
 * </pre>
 *
 * <p>So a PUBLISH of MQTT 5 is {@code "32 [ <'topic'> 0001 [ ] 'payload' ]"}.
 */
final class Wire {

    private final String notation;
    private int at;

    private Wire(String notation) {
        this.notation = notation;
    }

    static byte[] bytes(String notation) {
        Wire wire = new Wire(notation);
        byte[] bytes = wire.readUntil('\0');
        if (wire.at < notation.length()) {
            throw new IllegalArgumentException("there is more behind " + notation.substring(0, wire.at));
        }
        return bytes;
    }

    private byte[] readUntil(char end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (at < notation.length() && notation.charAt(at) != end) {
            char c = notation.charAt(at++);
            switch (c) {
                case ' ' -> {}
                case '\'' -> out.writeBytes(readText());
                case '<' -> {
                    byte[] field = readUntil('>');
                    out.write(field.length >> 8);
                    out.write(field.length);
                    out.writeBytes(field);
                    at++;
                }
                case '[' -> {
                    byte[] section = readUntil(']');
                    writeVarint(out, section.length);
                    out.writeBytes(section);
                    at++;
                }
                default -> out.writeBytes(readByte(c));
            }
        }
        return out.toByteArray();
    }

    private byte[] readText() {
        int end = notation.indexOf('\'', at);
        byte[] text = notation.substring(at, end).getBytes(UTF_8);
        at = end + 1;
        return text;
    }

    private byte[] readByte(char first) {
        int value = Integer.parseInt("" + first + notation.charAt(at++), 16);
        int times = 1;
        if (at < notation.length() && notation.charAt(at) == '*') {
            int from = ++at;
            while (at < notation.length() && Character.isDigit(notation.charAt(at))) {
                at++;
            }
            times = Integer.parseInt(notation.substring(from, at));
        }
        byte[] bytes = new byte[times];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static void writeVarint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
