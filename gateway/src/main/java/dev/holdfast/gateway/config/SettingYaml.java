package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Setting.Group;
import dev.holdfast.gateway.config.Setting.Many;
import dev.holdfast.gateway.config.Setting.Single;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes settings as YAML, each in a line of its own. */
final class SettingYaml {

    private static final int COMMENT_COLUMN = 48;
    private static final String STEP = "  ";

    /** What no reader of YAML takes for anything but this text. */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z./][A-Za-z0-9_./-]*|[0-9]+(ms|s|m|h|d|B|KiB|MiB|GiB)|[0-9.]+:[0-9]{4,5}");

    /** What some take for something else. */
    private static final Set<String> WORDS = Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

    private final StringBuilder out = new StringBuilder();
    private final boolean origins;

    private SettingYaml(boolean origins) {
        this.origins = origins;
    }

    static String write(Group root, boolean origins) {
        SettingYaml yaml = new SettingYaml(origins);
        yaml.group(root, "", "");
        return yaml.out.toString();
    }

    /**
     * Writes a mapping.
     *
     * @param first what stands before its first key
     * @param others what stands before the others
     */
    private void group(Group group, String first, String others) {
        String before = first;
        for (var entry : group.entries().entrySet()) {
            String key = before + entry.getKey() + ":";
            Setting setting = entry.getValue();
            if (setting instanceof Single single) {
                line(key + " " + text(single), single.origin());
            } else if (setting instanceof Many many && many.items().isEmpty()) {
                line(key + " []", many.origin());
            } else {
                out.append(key).append('\n');
                inner(setting, others + STEP);
            }
            before = others;
        }
    }

    private void inner(Setting setting, String indent) {
        if (setting instanceof Group group) {
            group(group, indent, indent);
        } else if (setting instanceof Many many) {
            many.items().forEach(item -> item(item, indent));
        }
    }

    private void item(Setting item, String indent) {
        if (item instanceof Single single) {
            line(indent + "- " + text(single), single.origin());
        } else if (item instanceof Group group) {
            group(group, indent + "- ", indent + STEP);
        }
    }

    private void line(String text, String origin) {
        out.append(text);
        if (origins) {
            out.append(" ".repeat(Math.max(2, COMMENT_COLUMN - text.length()))).append("# ");
            origin.codePoints().map(Shown::harmless).forEach(out::appendCodePoint);
        }
        out.append('\n');
    }

    private static String text(Single single) {
        String text = single.text();
        boolean plain = PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
        return single.literal() || plain ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (Shown.harmless(c) == c) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append(String.format(Locale.ROOT, "\\U%08x", c));
            }
        });
        return quoted.append('"').toString();
    }
}
