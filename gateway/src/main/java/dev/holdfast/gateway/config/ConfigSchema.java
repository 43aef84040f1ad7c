package dev.holdfast.gateway.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration as a JSON Schema (draft 2020-12), with which an editor completes and checks a file while it is
 * written. Made from what the reader reads by. It lets pass some of what the reader refuses, such as limits that do not
 * fit; it refuses nothing that the reader takes in a file that stands alone, but a sink whose type is a reference.
 */
public final class ConfigSchema {

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final String TYPE = "type";
    private static final String DESCRIPTION = "description";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final SinkTypes types;

    private ConfigSchema(SinkTypes types) {
        this.types = types;
    }

    /** The schema for a gateway with the given adapters, as indented JSON. */
    public static String json(Adapters adapters) {
        ConfigSchema schema = new ConfigSchema(new SinkTypes(adapters));
        ObjectNode root = NODES.objectNode();
        root.put("$schema", DIALECT);
        root.put("title", "Holdfast");
        root.setAll(schema.section(Layout.ROOT));
        ObjectNode reference = root.putObject("$defs").putObject("reference");
        reference.put(DESCRIPTION, "The content of a file or of an environment variable, as the whole of a value.");
        reference.put(TYPE, "string").put("pattern", whole(References.PATTERN));
        return SettingJson.text(root);
    }

    private ObjectNode section(Section section) {
        ObjectNode schema = NODES.objectNode().put(DESCRIPTION, section.doc());
        switch (section.form()) {
            case MAPPING -> {
                schema.set(TYPE, orNothing("object"));
                schema.setAll(mapping(section.items()));
            }
            case LIST, TAPS -> {
                schema.set(TYPE, orNothing("array"));
                schema.set("items", NODES.objectNode().put(TYPE, "object").setAll(mapping(types.itemsOf(section))));
            }
            case SINK -> {
                ArrayNode each = schema.put(TYPE, "object").putArray("oneOf");
                types.names().forEach(type -> each.add(sink(section, type)));
            }
        }
        return schema;
    }

    /** A section may be there with nothing in it. */
    private static ArrayNode orNothing(String type) {
        return NODES.arrayNode().add(type).add("null");
    }

    private ObjectNode sink(Section section, String type) {
        List<Item> items = new ArrayList<>(section.items());
        items.addAll(types.options(type));
        ObjectNode schema = mapping(items);
        ((ObjectNode) schema.path("properties"))
                .putObject(Layout.SINK_TYPE.name())
                .put(DESCRIPTION, Layout.SINK_TYPE.doc())
                .put("const", type);
        return NODES.objectNode().put("title", type).setAll(schema);
    }

    private ObjectNode mapping(Collection<? extends Item> items) {
        ObjectNode schema = NODES.objectNode().put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = NODES.arrayNode();
        for (Item item : items) {
            properties.set(item.name(), item instanceof Key<?> key ? key(key) : section((Section) item));
            if (item.required()) {
                required.add(item.name());
            }
        }
        return required.isEmpty() ? schema : schema.set("required", required);
    }

    private static ObjectNode key(Key<?> key) {
        boolean anyText = key.type().allowed().equals(Types.TEXT.allowed());
        ObjectNode schema = NODES.objectNode()
                .put(
                        DESCRIPTION,
                        anyText
                                ? key.doc()
                                : key.doc() + " Allowed: " + key.type().allowed() + ".");
        if (key.list()) {
            ObjectNode list = NODES.objectNode().put(TYPE, "array").put("minItems", key.required() ? 1 : 0);
            list.set("items", value(key.type()));
            return key.single()
                    ? schema.set("anyOf", NODES.arrayNode().add(list).add(value(key.type())))
                    : schema.setAll(list);
        }
        String text = key.defaultText();
        if (text != null) {
            schema.set("default", SettingJson.value(text, key.type().shape().isLiteral(text)));
        }
        return schema.setAll(value(key.type()));
    }

    private static ObjectNode value(Type<?> type) {
        Shape shape = type.shape();
        ArrayNode any = NODES.arrayNode();
        ObjectNode schema = any.addObject();
        if (shape.kind() == Shape.Kind.FLAG) {
            schema.put(TYPE, "boolean");
        } else if (shape.kind() == Shape.Kind.NUMBER && type.words().isEmpty()) {
            schema.put(TYPE, "integer").put("minimum", shape.min()).put("maximum", shape.max());
            any.addObject().put(TYPE, "string").put("pattern", whole(String.valueOf(shape.pattern())));
        } else if (type.words().isEmpty()) {
            schema.set(TYPE, scalars(type));
            if (shape.pattern() == null) {
                return schema;
            }
            schema.put("pattern", whole(shape.pattern()));
        }
        if (!type.words().isEmpty()) {
            words(type.words(), shape.kind() == Shape.Kind.FLAG ? any.addObject() : schema);
        }
        any.addObject().put("$ref", "#/$defs/reference");
        return NODES.objectNode().set("anyOf", any);
    }

    /** The words as text, and those that YAML takes for a number also as that. */
    private static void words(List<String> words, ObjectNode schema) {
        ArrayNode values = schema.putArray("enum");
        words.forEach(values::add);
        words.stream()
                .filter(Shape.number("", 0, 0)::isLiteral)
                .forEach(word -> values.add(SettingJson.value(word, true)));
    }

    /** As what of JSON a text may stand there without quotes: whether it is a number is nothing that the reader knows. */
    private static ArrayNode scalars(Type<?> type) {
        ArrayNode types = NODES.arrayNode().add("string");
        if (takes(type, "1.5")) {
            types.add("number");
        } else if (takes(type, "1")) {
            types.add("integer");
        }
        return takes(type, "true") ? types.add("boolean") : types;
    }

    private static boolean takes(Type<?> type, String text) {
        try {
            Object unused = type.parser().parse(text);
            return true;
        } catch (Refused e) {
            return false;
        }
    }

    private static String whole(String pattern) {
        return "^(" + pattern + ")$";
    }
}
