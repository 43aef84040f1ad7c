package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Node.Entry;
import dev.holdfast.gateway.config.Node.Scalar;
import dev.holdfast.gateway.config.Node.Sequence;
import dev.holdfast.gateway.config.Setting.Group;
import dev.holdfast.gateway.config.Setting.Many;
import dev.holdfast.gateway.config.Setting.Single;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration as it takes effect: what the files and the environment say together, and the defaults for the rest.
 * Where everything came from is known, and no secret is in it; what stands in another file or in a variable is left as
 * the reference to it.
 */
public final class EffectiveConfig {

    private static final String DEFAULT = "default";
    private static final String SECRET = "***";

    private final SinkTypes types;
    private final Sources sources;
    private final String gatewayId;

    private EffectiveConfig(SinkTypes types, Sources sources, String gatewayId) {
        this.types = types;
        this.sources = sources;
        this.gatewayId = gatewayId;
    }

    /**
     * Reads a configuration and writes it down as YAML, which can be read again and then says the same, but for secrets.
     *
     * @param origins whether to say behind each value where it came from
     * @throws ConfigException with all that is wrong with the configuration
     */
    public static String yaml(ConfigReader reader, ConfigFiles files, boolean origins) {
        return SettingYaml.write(of(reader, files), origins);
    }

    /**
     * Reads a configuration and writes it down as JSON.
     *
     * @param origins whether to have an object with "value" and "origin" for each value
     * @throws ConfigException with all that is wrong with the configuration
     */
    public static String json(ConfigReader reader, ConfigFiles files, boolean origins) {
        return SettingJson.write(of(reader, files), origins);
    }

    private static Group of(ConfigReader reader, ConfigFiles files) {
        return reader.read(files, (root, problems, sources) -> {
            GatewayConfig config = reader.gateway(root, problems);
            problems.throwIfAny(sources);
            return new EffectiveConfig(reader.types(), sources, config.gatewayId()).group(Layout.ROOT.items(), root);
        });
    }

    private Group group(Collection<? extends Item> items, Fields fields) {
        Map<String, Setting> entries = new LinkedHashMap<>();
        for (Item item : items) {
            Entry entry = fields.mapping().entries().get(item.name());
            Node node = entry == null ? null : entry.value();
            Setting setting = item instanceof Key<?> key ? value(key, node) : section((Section) item, fields, node);
            if (setting != null) {
                entries.put(item.name(), setting);
            }
        }
        return new Group(entries);
    }

    private @Nullable Setting value(Key<?> key, @Nullable Node node) {
        if (node != null) {
            return given(key, node);
        }
        if (key.equals(Layout.GATEWAY_ID)) {
            return new Single(gatewayId, false, DEFAULT + ", the host name");
        }
        String text = key.defaultText();
        return text == null ? null : new Single(text, key.type().shape().isLiteral(text), DEFAULT);
    }

    private Setting given(Key<?> key, Node node) {
        if (node instanceof Sequence sequence) {
            return new Many(
                    sequence.items().stream().map(item -> given(key, item)).toList(), origin(node));
        }
        String text = ((Scalar) node).text();
        if (References.isReference(text)) {
            return new Single(text, false, origin(node) + ", " + text);
        }
        String shown = key.secret() ? SECRET : SecretSpans.withoutLogin(text);
        return new Single(shown, key.type().shape().isLiteral(shown), origin(node));
    }

    private @Nullable Setting section(Section section, Fields parent, @Nullable Node node) {
        if (node == null && meansSomethingElseThanNothing(section, parent)) {
            return null;
        }
        if (section.isList()) {
            List<Setting> all = new ArrayList<>();
            parent.list(section).forEach(fields -> all.add(group(types.itemsOf(section), fields)));
            return new Many(all, node == null ? DEFAULT : origin(node));
        }
        List<Item> items = new ArrayList<>(section.items());
        Fields fields = parent.section(section);
        if (section.form() == Section.Form.SINK) {
            fields.find(Layout.SINK_TYPE).ifPresent(type -> items.addAll(types.options(type)));
        }
        if (fields.mapping().entries().isEmpty() && section.items().stream().anyMatch(Item::required)) {
            return null; // what is not there would have to be complete if it were
        }
        Group group = group(items, fields);
        return group.entries().isEmpty() ? null : group;
    }

    /** Whether a section that is not there must not be written down as one with nothing in it. */
    private static boolean meansSomethingElseThanNothing(Section section, Fields parent) {
        boolean otherListeners = Layout.LISTENERS.stream()
                .anyMatch(other -> parent.mapping().entries().containsKey(other.name()));
        return section.equals(Layout.PUBLISH) || (section.equals(Layout.MQTT) && otherListeners);
    }

    private String origin(Node node) {
        return sources.where(new Place(node.place().source(), node.place().line(), 0));
    }
}
