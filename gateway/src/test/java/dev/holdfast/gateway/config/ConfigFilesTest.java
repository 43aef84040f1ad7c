package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of several files. Every secret in here has sesame in it. */
class ConfigFilesTest {

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void setUp() throws IOException {
        file = new ConfigFile(directory);
        Files.createDirectory(directory.resolve("conf.d"));
    }

    private void part(String name, String yaml) {
        file.beside("conf.d/" + name, yaml.getBytes(UTF_8));
    }

    private static String route(String name) {
        return "{name: " + name + ", topics: [\"#\"], sink: {type: mqtt, url: x}}";
    }

    @Test
    void shouldMergeMappingsAndLetTheLaterScalarWin() {
        part("20-more.yaml", "store: {quota: 2GiB}\nadmin: {bind: \"127.0.0.1:9002\"}\n");
        part("10-box.yaml", "gateway: {id: box17}\nstore: {path: ./ten, quota: 1GiB}\n");

        GatewayConfig config = file.read("gateway: {id: main}\nstore: {path: ./main, commit-every: 1s}\n");

        assertThat(config.gatewayId()).isEqualTo("box17");
        assertThat(config.store().path()).isEqualTo(Path.of("./ten"));
        assertThat(config.store().quotaBytes()).isEqualTo(2L << 30);
        assertThat(config.store().commitEvery()).hasSeconds(1);
        assertThat(config.admin().bind().getPort()).isEqualTo(9002);
    }

    @Test
    void shouldAppendListsInTheOrderOfTheFiles() {
        part("b.yaml", "routes: [" + route("b") + "]\nlanes: [{name: late, topics: [b]}]\n");
        part("a.yaml", "routes: [" + route("a1") + ", " + route("a2") + "]\n");

        GatewayConfig config = file.read("routes: [" + route("main") + "]\nlanes: [{name: early, topics: [a]}]\n");

        assertThat(config.routes()).extracting(RouteConfig::name).containsExactly("main", "a1", "a2", "b");
        assertThat(config.lanes()).extracting(LaneConfig::name).containsExactly("early", "late");
    }

    @Test
    void shouldTakeNothingForAnEmptyPartAndAnEmptySection() {
        part("a.yaml", "");
        part("b.yaml", "# only a remark\n");
        part("c.yaml", "store:\nroutes:\nadmin: {bind: \"127.0.0.1:9003\"}\n");

        GatewayConfig config = file.read("store: {quota: 1GiB}\nroutes: [" + route("main") + "]\nadmin:\n");

        assertThat(config.store().quotaBytes()).isEqualTo(1L << 30);
        assertThat(config.routes()).hasSize(1);
        assertThat(config.admin().bind().getPort()).isEqualTo(9003);
    }

    @Test
    void shouldReadOnlyWhatIsMeantToBeRead() {
        part(".hidden.yaml", "nonsense: 1");
        part("backup.yaml~", "nonsense: 1");
        part("other.yml", "nonsense: 1");
        part("README", "nonsense: 1");
        part("10.yaml", "gateway: {id: ten}");

        assertThat(file.read("").gatewayId()).isEqualTo("ten");
        assertThat(ConfigFiles.of(directory.resolve("holdfast.yaml")).all())
                .containsExactly(directory.resolve("holdfast.yaml"), directory.resolve("conf.d/10.yaml"));
    }

    @Test
    void shouldReadPartsWithoutAMainFileWhereThatIsAllowed() {
        Path main = directory.resolve("holdfast.yaml");
        assertThat(ConfigFiles.ifAny(main).isEmpty()).isTrue();
        part("10.yaml", "gateway: {id: ten}");

        assertThat(ConfigFile.READER.read(ConfigFiles.ifAny(main)).gatewayId()).isEqualTo("ten");
        assertThat(file.shown(file.failure(() -> ConfigFile.READER.read(ConfigFiles.of(main)))))
                .isEqualTo("holdfast.yaml: does not exist");
    }

    @Test
    void shouldFindTheAdminPortInWhicheverFile() {
        part("10.yaml", "admin: {bind: \"127.0.0.1:9010\"}\nroutes: [{sink: {password: \"${file:/nope}\"}}]");

        assertThat(file.adminBind("admin: {bind: \"127.0.0.1:9001\"}").getPort())
                .isEqualTo(9010);
    }

    @Test
    void shouldNameTheFileOfEachProblemAndShowItsLine() {
        part("10-routes.yaml", "routes:\n  - " + route("a") + "\n  - {name: b, topics: [\"#\"], windw: 1}\n");
        part("20-box.yaml", "gatway: {id: x}\n");

        assertThat(file.complaint("store: {quota: much}\n")).isEqualTo("""
                        holdfast.yaml:1:16: store.quota "much" is not a byte size
                          store: {quota: much}
                                         ^
                          allowed: 128MiB to 16384GiB, written like 512KiB, 1MiB or as a plain number of bytes
                        conf.d/10-routes.yaml:3:5: routes[1] has no "sink"
                            - {name: b, topics: ["#"], windw: 1}
                              ^
                          known keys: type and those of that type
                        conf.d/10-routes.yaml:3:30: unknown key "windw" in routes[1]
                            - {name: b, topics: ["#"], windw: 1}
                                                       ^
                          did you mean "window"? known keys: name, from, topics, sink, window, attempts, ack-timeout, gaps
                        conf.d/20-box.yaml:1:1: unknown key "gatway" at the top level
                          gatway: {id: x}
                          ^
                          did you mean "gateway"? known keys: gateway, store, lanes, listen, access, taps, routes, admin""");
    }

    @Test
    void shouldCountTheElementsOfAListAnewInEachFile() {
        part("10.yaml", "routes:\n  - " + route("b") + "\n  - {name: c, topics: [b], sink: {type: mqtt}}\n");

        assertThat(file.complaint("routes: [" + route("a") + "]")).contains("10.yaml:3:34: routes[1].sink has no");
    }

    @Test
    void shouldReportAnEqualNameInTwoFilesWithBothPlaces() {
        part("10.yaml", "routes:\n  - " + route("cloud") + "\nlanes: [{name: a, topics: [b]}]\n");

        assertThat(file.complaint("lanes: [{name: a, topics: [c]}]\nroutes:\n  - " + route("cloud") + "\n"))
                .isEqualTo("""
                        conf.d/10.yaml:2:12: routes[0].name is the name of an earlier route too, at holdfast.yaml:3:12
                            - {name: cloud, topics: ["#"], sink: {type: mqtt, url: x}}
                                     ^
                          each route needs a name of its own: its progress hangs on it
                        conf.d/10.yaml:3:16: lanes[0].name is the name of an earlier lane too, at holdfast.yaml:1:16
                          lanes: [{name: a, topics: [b]}]
                                         ^
                          each lane needs a name of its own: what it holds hangs on it""");
    }

    @Test
    void shouldReportWhatIsNoYamlInAnyOfThem() throws IOException {
        part("10.yaml", "store: [\n");
        Files.write(directory.resolve("conf.d/20.yaml"), new byte[] {'a', (byte) 0xFF});
        Files.createDirectory(directory.resolve("conf.d/30.yaml"));

        assertThat(file.failure("admin: }").problems())
                .extracting(problem -> directory.relativize(Path.of(problem.file())) + ":" + problem.line())
                .containsExactly("holdfast.yaml:1", "conf.d/10.yaml:2", "conf.d/20.yaml:1", "conf.d/30.yaml:0");
    }

    @Test
    void shouldReportAWrongFormAlsoWhenAnotherFileHasTheRightOne() {
        part("10.yaml", "store: {quota: 1GiB}\nroutes: 7\nlisten: []\n");

        assertThat(file.failure("store: 5\nroutes: []\nlisten: {}\n").problems())
                .extracting(Problem::message)
                .containsExactly(
                        "store must be a mapping, but is a single value",
                        "routes must be a list of mappings, but is a single value",
                        "listen must be a mapping, but is a list");
    }

    @Test
    void shouldShowNoSecretOfAnyFile() {
        part("10.yaml", "routes: [{name: b, topics: [b], sink: {type: mqtt, url: x, password: sesame, qos: 7}}]");
        part("20.yaml", "routes: [{name: c, topics: [b], sink: {type: mqtt, password: sesame, url: [}}]");

        assertThat(file.complaint("routes: [{name: a, topics: [b], sink: {type: mqtt, password: sesame}}]"))
                .contains("20.yaml:1:")
                .doesNotContain("sesame");
        part("20.yaml", "routes: [{name: c, topics: [b], sink: {type: mqtt, password: sesame}}]");
        assertThat(file.complaint("routes: [{name: a, topics: [b], sink: {type: mqtt, password: sesame}}]"))
                .contains("holdfast.yaml:1:", "10.yaml:1:", "20.yaml:1:", "***")
                .doesNotContain("sesame");
    }

    @Test
    void shouldSayWhatWasRead() {
        part("10.yaml", "");
        Path main = directory.resolve("holdfast.yaml");

        assertThat(ConfigFile.READER.sources(ConfigFiles.of(main)).replace(directory + "/", ""))
                .isEqualTo("holdfast.yaml, conf.d/10.yaml");
        assertThat(List.of(
                        ConfigFile.READER.sources(ConfigFiles.NONE),
                        ConfigFile.reader("HOLDFAST_STORE_QUOTA", "1GiB").sources(ConfigFiles.NONE)))
                .containsExactly("no file, safe defaults", "no file, safe defaults, 1 value from the environment");
    }
}
