package dev.holdfast.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an editor is told, by the judgement of somebody else's validator. */
class ConfigSchemaTest {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final String JSON = ConfigSchema.json(TestSinks.ALL);
    private static final Schema SCHEMA = REGISTRY.getSchema(JSON, InputFormat.JSON);
    private static final Path EXAMPLE = Path.of("src/main/conf/holdfast.example.yaml");

    @TempDir
    private Path directory = Path.of("");

    private static List<String> complaints(Schema schema, String yaml) {
        return schema.validate(yaml, InputFormat.YAML).stream()
                .map(Error::toString)
                .toList();
    }

    private static boolean accepts(String yaml) {
        return complaints(SCHEMA, yaml).isEmpty();
    }

    @Test
    void shouldBeAValidSchema() {
        Schema metaSchema = REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(metaSchema.validate(JSON, InputFormat.JSON)).isEmpty();
        assertThat(metaSchema.validate("{\"type\": \"nonsense\"}", InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void shouldAcceptTheExample() throws IOException {
        Schema real = REGISTRY.getSchema(ConfigSchema.json(Adapters.load()), InputFormat.JSON);

        assertThat(complaints(real, Files.readString(EXAMPLE))).isEmpty();
        assertThat(complaints(real, Files.readString(EXAMPLE).replace("quota:", "qouta:")))
                .isNotEmpty();
    }

    @Test
    void shouldHaveEveryKeyWithItsDescriptionAndDefault() {
        check(Layout.ROOT, JsonMapper.builder().build().readTree(JSON));
    }

    private static void check(Section section, JsonNode schema) {
        assertThat(schema.path("properties").propertyNames()).containsExactlyElementsOf(section.names());
        assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
        for (Item item : section.items()) {
            JsonNode property = schema.path("properties").path(item.name());
            assertThat(property.path("description").asString()).startsWith(item.doc());
            if (item instanceof Key<?> key) {
                assertThat(property.path("default").asString(null))
                        .as(key.name())
                        .isEqualTo(key.defaultText());
            } else if (((Section) item).form() == Section.Form.MAPPING) {
                check((Section) item, property);
            } else if (((Section) item).isList()) {
                check((Section) item, property.path("items"));
            } else {
                checkSink(property.path("oneOf"));
            }
        }
    }

    private static void checkSink(JsonNode oneOf) {
        assertThat(oneOf.size()).isEqualTo(TestSinks.ALL.sinks().size());
        for (int i = 0; i < oneOf.size(); i++) {
            List<String> names = new ArrayList<>(List.of("type"));
            TestSinks.ALL.sinks().get(i).options().forEach(option -> names.add(option.name()));
            assertThat(oneOf.get(i).path("properties").propertyNames()).containsExactlyElementsOf(names);
            assertThat(oneOf.get(i).path("additionalProperties").asBoolean(true))
                    .isFalse();
            assertThat(oneOf.get(i).at("/properties/type/const").asString())
                    .isEqualTo(TestSinks.ALL.sinks().get(i).type());
        }
    }

    /** What the reader takes, however unusual, an editor must not underline. */
    static Stream<String> good() {
        return Stream.of(
                "{}",
                "gateway:\nroutes:\nlanes:\n",
                "gateway: {id: 17}",
                "gateway: {id: 1.5}",
                "gateway: {id: true}",
                "gateway: {id: \"${env:WORD}\"}",
                "store: {quota: 1073741824, commit-every: 200ms}",
                "store: {quota: \"1073741824\"}",
                "store: {quota: 128 MiB, path: 7}",
                "listen: {mqtt: {bind: \"[::1]:1883\"}}",
                "listen: {mqtt: {bind: \"broker:0\", anonymous: true, max-packet: \"${env:WINDOW}KiB\"}}"
                        .replace("${env:WINDOW}", "64"),
                "lanes: [{name: a, topics: [\"#\", +, a/+/b/#, /, //+, \"$SYS/#\", 5, true]}]",
                "lanes: [{name: a, topics: [a], limit: {age: 90s, size: 1MiB, count: \"5\"}, when-full: refuse}]",
                "routes: [{name: a, topics: [a], sink: {type: mqtt, url: x, version: 5, stamp: false}, gaps: true}]",
                "routes: [{name: a, topics: [a], sink: {type: mqtt, url: x, version: 3.1.1, stamp: \"true\"}}]",
                "routes: [{name: a, topics: [\"${env:WORD}\"], sink: {type: mqtt, url: 5, password: 12345}}]",
                "routes: [{name: a, topics: [a], sink: {type: mqtt, url: x}, window: \"${env:WINDOW}\", gaps: \"true\"}]",
                "routes: [{name: a, topics: [a], sink: {type: http, url: x, pin: 0123}}]");
    }

    @ParameterizedTest
    @MethodSource("good")
    void shouldAcceptWhatTheReaderAccepts(String yaml) {
        assertThat(new ConfigFile(directory).read(yaml)).isNotNull();

        assertThat(complaints(SCHEMA, yaml)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "[]",
                "stroe: {path: x}",
                "store: {quota: 1GB}",
                "store: {quota: 5}",
                "store: {quota: [1GiB]}",
                "store: {quota: 1.5}",
                "store: {commit-every: 5}",
                "store: []",
                "gateway: {id: -x}",
                "gateway: {id: \"a${env:WORD}\"}",
                "gateway: {id: {a: b}}",
                "listen: {mqtt: {bind: 1883}}",
                "listen: {mqtt: {bind: localhost}}",
                "lanes: {name: a, topics: [a]}",
                "lanes: [{name: a}]",
                "lanes: [{name: a, topics: []}]",
                "lanes: [{name: a, topics: a}]",
                "lanes: [{name: a, topics: [a#]}]",
                "lanes: [{name: a, topics: [a/#/b]}]",
                "lanes: [{name: a, topics: [a+]}]",
                "lanes: [{name: a, topics: [$share/a/b]}]",
                "lanes: [{name: a, topics: [a], when-full: drop_oldest}]",
                "lanes: [{name: a, topics: [a], limit: {age: 1w}}]",
                "routes: [{name: a, topics: [a]}]",
                "routes: [{name: a, topics: [a], sink: {type: mqtt}}]",
                "routes: [{name: a, topics: [a], sink: {type: nope, url: x}}]",
                "routes: [{name: a, topics: [a], sink: {type: mqtt, url: x, token: y}}]",
                "routes: [{name: a, topics: [a], sink: {type: mqtt, url: x, version: 4}}]",
                "routes: [{name: a, topics: [a], sink: {type: mqtt, url: x, stamp: 1}}]",
                "routes: [{name: a, topics: [a], sink: {type: mqtt, url: x}, window: 0}]",
                "routes: [{name: a, topics: [a], sink: {type: mqtt, url: x}, window: many}]",
                "routes: [{name: a, topics: [a], sink: {type: mqtt, url: x}, gaps: 1}]"
            })
    void shouldRefuseWhatIsPlainlyWrong(String yaml) {
        new ConfigFile(directory).failure(yaml);

        assertThat(accepts(yaml)).isFalse();
    }
}
