package dev.holdfast.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigDocsTest {

    private static final Path PAGE = Path.of("../docs/CONFIG.md");
    private static final String MARKDOWN = ConfigDocs.markdown(Adapters.load());

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldBeWhatTheCodeSays() throws IOException {
        assertThat(Files.readString(PAGE))
                .as("docs/CONFIG.md is old. Make it anew by: gateway/bin/holdfast config docs > docs/CONFIG.md")
                .isEqualTo(MARKDOWN);
    }

    @Test
    void shouldHaveAnExampleForEverySection() {
        for (Item item : Layout.ROOT.items()) {
            assertThat(MARKDOWN).as(item.name()).contains("```yaml\n" + item.name() + ":");
        }
    }

    @Test
    void shouldHaveExamplesThatAreRight() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "s3cret");
        ConfigReader reader = new ConfigReader(Adapters.load(), Map.of(), () -> "box17", quota -> quota);
        List<String> examples = Pattern.compile("(?s)```yaml\n(.*?)```")
                .matcher(MARKDOWN)
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(examples).hasSizeGreaterThan(Layout.ROOT.items().size());
        for (String example : examples) {
            Path file = directory.resolve("holdfast.yaml");
            Files.writeString(file, example.replace("/run/secrets/cloud", secret.toString()));
            assertThat(reader.read(file)).as(example).isNotNull();
        }
    }

    @Test
    void shouldHaveTablesWithAsManyColumnsInEveryRow() {
        assertThat(MARKDOWN.lines()
                        .filter(line -> line.startsWith("| `") && line.endsWith(" |"))
                        .filter(line -> !line.contains("holdfast ") && !line.startsWith("| `HOLDFAST")))
                .isNotEmpty()
                .allMatch(line -> line.split("(?<!\\\\)\\|", -1).length == 6);
    }
}
