package dev.holdfast.gateway.ingest.mqtt;

/** Makes what strangers sent fit for a log line or a reason string: short, and without control characters. */
final class Printable {

    private static final int MAX_LENGTH = 64;

    private Printable() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 1);
        for (int i = 0; i < text.length() && i < MAX_LENGTH; i++) {
            char c = text.charAt(i);
            out.append(c == '"' || c == '\\' || Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return text.length() > MAX_LENGTH ? out.append('…').toString() : out.toString();
    }
}
