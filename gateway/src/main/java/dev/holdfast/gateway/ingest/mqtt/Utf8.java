package dev.holdfast.gateway.ingest.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** UTF-8 as MQTT wants it: well-formed, no surrogates, no NUL (MQTT 5 section 1.5.4). */
final class Utf8 {

    private Utf8() {}

    /** Whether the bytes are a string that MQTT allows. */
    static boolean isValid(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] <= 0) {
                return bytes[i] != 0 && isValidBeyondAscii(bytes, offset, length);
            }
        }
        return true;
    }

    private static boolean isValidBeyondAscii(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == 0) {
                return false;
            }
        }
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, offset, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
