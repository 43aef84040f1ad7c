package dev.holdfast.gateway.config;

import java.util.List;
import java.util.Optional;

/** Finds characters that YAML does not allow in a file: the parser refuses them too, but does not say where. */
final class Unprintable {

    private Unprintable() {}

    static Optional<Place> find(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            for (int j = 0; j < line.length(); j++) {
                if (!isAllowed(line.charAt(j))) {
                    return Optional.of(new Place(i + 1, line.codePointCount(0, j) + 1));
                }
            }
        }
        return Optional.empty();
    }

    /** Section 5.1 of YAML 1.2; surrogates come in pairs here because the text was UTF-8. */
    private static boolean isAllowed(char c) {
        return c == '\t' || (c >= ' ' && c <= '~') || c == 0x85 || (c >= 0xA0 && c < 0xFFFE);
    }
}
