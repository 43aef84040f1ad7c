package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes docs/CONFIG.md: an introduction, which is written by hand, and all keys, which are written from what the reader
 * reads by. The example of each section is its part of the example file that the distribution has.
 */
public final class ConfigDocs {

    private static final String INTRODUCTION = "introduction.md";
    private static final String EXAMPLE = "/holdfast.example.yaml";

    private final SinkTypes types;
    private final String example;
    private final StringBuilder out = new StringBuilder();

    private ConfigDocs(SinkTypes types, String example) {
        this.types = types;
        this.example = example;
    }

    /** The page for a gateway with the given adapters. */
    public static String markdown(Adapters adapters) {
        ConfigDocs docs = new ConfigDocs(new SinkTypes(adapters), resource(EXAMPLE));
        docs.out.append(resource(INTRODUCTION));
        for (Item item : Layout.ROOT.items()) {
            docs.section((Section) item, "");
        }
        return docs.out.toString();
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(ConfigDocs.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void section(Section section, String parent) {
        String path = parent.isEmpty() ? section.name() : parent + "." + section.name();
        heading(path, parent.isEmpty());
        out.append('\n').append(section.doc());
        out.append(
                switch (section.form()) {
                    case MAPPING -> "\n";
                    case LIST, TAPS -> " A list, with these keys in each element:\n";
                    case SINK -> " It has a `" + Layout.SINK_TYPE.name() + "` and the keys of that type.\n";
                });
        if (section.form() == Section.Form.SINK) {
            types.names().forEach(type -> sink(section, path, type));
            return;
        }
        if (parent.isEmpty()) {
            example(path);
        }
        table(types.itemsOf(section));
        for (Item item : section.items()) {
            if (item instanceof Section inner) {
                section(inner, path);
            }
        }
    }

    private void sink(Section section, String path, String type) {
        heading(path + ", type " + type, false);
        List<Item> keys = new ArrayList<>(section.items());
        keys.addAll(types.options(type));
        table(keys);
    }

    private void heading(String title, boolean top) {
        out.append(top ? "\n### " : "\n#### ").append(title).append('\n');
    }

    private void table(Collection<? extends Item> items) {
        if (items.stream().noneMatch(Key.class::isInstance)) {
            return;
        }
        out.append("\n| key | what | allowed | default |\n|---|---|---|---|\n");
        for (Item item : items) {
            if (item instanceof Key<?> key) {
                row(key);
            }
        }
    }

    private void row(Key<?> key) {
        String allowed = key.equals(Layout.SINK_TYPE)
                ? String.join(", ", types.names())
                : key.type().allowed();
        String text = key.defaultText();
        String otherwise = key.required() ? "required" : text == null ? "-" : "`" + text + "`";
        out.append("| `").append(key.name()).append("` | ").append(cell(key.doc()));
        out.append(" | ")
                .append(key.list() ? key.single() ? "one or a list of " : "a list of " : "")
                .append(cell(allowed));
        out.append(key.secret() ? ", never shown" : "");
        out.append(" | ").append(cell(otherwise)).append(" |\n");
    }

    /** Markdown must not take a value for a column, or for something that stands in angle brackets. */
    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*");
    }

    private void example(String section) {
        Matcher block = Pattern.compile("(?ms)^" + section + ":.*?(?=^\\S|\\z)").matcher(example);
        if (block.find()) {
            out.append("\n```yaml\n").append(block.group().stripTrailing()).append("\n```\n");
        }
    }
}
