package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Setting.Group;
import dev.holdfast.gateway.config.Setting.Many;
import dev.holdfast.gateway.config.Setting.Single;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes values of a configuration as JSON. */
final class SettingJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private SettingJson() {}

    /** The settings, indented. */
    static String write(Group root, boolean origins) {
        return text(node(root, origins));
    }

    /** The text of a tree, indented, with a line break at the end. */
    static String text(JsonNode node) {
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    }

    /** A text as JSON; of a literal, the number or truth value that it is. */
    static JsonNode value(String text, boolean literal) {
        if (!literal) {
            return NODES.stringNode(text);
        }
        return text.equals("true") || text.equals("false")
                ? NODES.booleanNode(text.equals("true"))
                : NODES.numberNode(Long.parseLong(text));
    }

    private static JsonNode node(Setting setting, boolean origins) {
        if (setting instanceof Single single) {
            JsonNode value = value(single.text(), single.literal());
            return origins ? NODES.objectNode().put("origin", single.origin()).set("value", value) : value;
        }
        if (setting instanceof Many many) {
            ArrayNode array = NODES.arrayNode();
            many.items().forEach(item -> array.add(node(item, origins)));
            return array;
        }
        ObjectNode object = NODES.objectNode();
        ((Group) setting).entries().forEach((key, inner) -> object.set(key, node(inner, origins)));
        return object;
    }
}
