package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in the archive that users download, from where they may put it. */
class LauncherTest {

    private static final int FAILED = 1;
    private static final int UNAVAILABLE = 69;

    @TempDir
    private static Path temp = Path.of("");

    /** In the archive unpacked in a directory with blanks in its name. */
    private static Path launcher = Path.of("");

    @BeforeAll
    static void unpack() throws IOException {
        launcher = unpackIn("my own programs");
    }

    private static Path unpackIn(String directory) throws IOException {
        Path target = GatewayProcess.command().resolve("../../..").normalize();
        Path programs = Files.createDirectory(temp.resolve(directory));
        ManagedProcess.run("tar", "-xzf", only(target, ".tar.gz").toString(), "-C", programs.toString());
        return only(programs, "").resolve("bin/holdfast");
    }

    private static Path only(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(suffix)).toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }

    private static Result run(Path command, String... arguments) {
        return new Command(temp.resolve("elsewhere"))
                .run(Stream.concat(Stream.of(command.toString()), Stream.of(arguments))
                        .toList());
    }

    private static void assertTellsVersion(Result result) {
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).startsWith("holdfast ");
    }

    @Test
    void shouldHoldWhatIsNeeded() {
        Path home = launcher.resolve("../..").normalize();

        assertThat(home).isDirectory();
        assertThat(home.resolve("lib")).isDirectoryContaining("glob:**/holdfast-sink-mqtt-*.jar");
        assertThat(home.resolve("conf")).isNotEmptyDirectory();
        assertThat(home.resolve("LICENSE")).isNotEmptyFile();
        assertThat(launcher).isExecutable();
    }

    @Test
    void shouldStartFromADirectoryWithBlanks() {
        assertTellsVersion(run(launcher, "--version"));
    }

    @Test
    void shouldStartThroughSymbolicLinks() throws IOException {
        Path bin = Files.createDirectories(temp.resolve("usr local/bin"));
        Path absolute = Files.createSymbolicLink(bin.resolve("holdfast-1"), launcher);
        Path relative = Files.createSymbolicLink(bin.resolve("holdfast"), Path.of("holdfast-1"));

        assertTellsVersion(run(absolute, "--version"));
        assertTellsVersion(run(relative, "--version"));
    }

    @Test
    void shouldComeWithAnExampleThatIsRightOnceItsSecretIsThere() throws IOException {
        Path example = only(launcher.resolve("../../conf").normalize(), ".yaml");
        Path secret = Files.writeString(temp.resolve("secret"), "s3cret\n");
        Path config = temp.resolve("holdfast.yaml");
        Files.writeString(config, Files.readString(example).replace("/run/secrets/cloud", secret.toString()));

        Result checked = run(launcher, "check", "-c", config.toString());

        assertThat(checked.exitCode()).as(checked.err()).isZero();
        assertThat(checked.out()).startsWith("ok ").doesNotContain("s3cret");
    }

    @Test
    void shouldLetJavaOptsWin() {
        Result shown = new Command(temp.resolve("elsewhere"))
                .with("JAVA_OPTS", "-Xmx80m -XX:+PrintFlagsFinal")
                .run(List.of(launcher.toString(), "--version"));

        assertThat(shown.out()).containsPattern("MaxHeapSize += " + (80 << 20) + " ");
    }

    /** Beside which our own sizes would be refused, or stand in its way. */
    @Test
    void shouldTakeAnotherCollectorAndOtherSizes() {
        Result shown = new Command(temp.resolve("elsewhere"))
                .with("JAVA_OPTS", "-XX:+UseG1GC -XX:MaxHeapFreeRatio=40 -XX:+PrintFlagsFinal")
                .run(List.of(launcher.toString(), "run", "--help"));

        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(shown.out())
                .containsPattern("UseG1GC += true ")
                .containsPattern("UseSerialGC += false ")
                .containsPattern("MaxHeapFreeRatio += 40 ")
                .containsPattern("NewRatio += 2 ");
    }

    @Test
    void shouldSayThatThereIsNoJava() {
        Result refused = new Command(temp.resolve("elsewhere"))
                .with("JAVA_HOME", "/no/such/jdk")
                .run(List.of(launcher.toString(), "--version"));

        assertThat(refused.exitCode()).isEqualTo(UNAVAILABLE);
        assertThat(refused.err()).contains("there is no Java 17 or later in JAVA_HOME, which is /no/such/jdk");
    }

    /** As on a machine that has an old one on its path and a new one elsewhere. */
    @Test
    void shouldPassOverAJavaThatIsTooOld() throws IOException {
        Path old = Files.createDirectories(temp.resolve("old/bin"));
        Path java = Files.writeString(old.resolve("java"), "#!/bin/sh\necho too old; exit 1\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(temp.resolve("old/release"), "JAVA_VERSION=\"11.0.2\"\n");

        Result passedOver = new Command(temp.resolve("elsewhere"))
                .with("JAVA_HOME", "")
                .with("PATH", old + ":" + System.getenv("PATH"))
                .run(List.of(launcher.toString(), "--version"));
        assertThat(passedOver.out()).as(passedOver.err()).startsWith("holdfast ");

        Result refused = new Command(temp.resolve("elsewhere"))
                .with("JAVA_HOME", temp.resolve("old").toString())
                .run(List.of(launcher.toString(), "--version"));
        assertThat(refused.err()).contains("there is no Java 17 or later in JAVA_HOME");
    }

    @Test
    void shouldMapItsClassesOnceTheyAreArchived() throws IOException {
        Path own = unpackIn("archived");
        assertThat(isMapped(own)).isFalse();

        Result archived = new Command(temp.resolve("elsewhere"))
                .with("HOLDFAST_STORE_PATH", temp.resolve("not-to-be-touched").toString())
                .run(List.of(own.toString(), "archive-classes"));

        assertThat(archived.exitCode()).as(archived.err()).isZero();
        assertThat(temp.resolve("not-to-be-touched")).doesNotExist();
        assertThat(archived.out() + archived.err()).isEmpty();
        assertThat(isMapped(own)).isTrue();
    }

    @Test
    void shouldStartWithoutAnArchiveThatIsNotForThisPlaceOrIsDamaged() throws IOException {
        Path own = unpackIn("here");
        run(own, "archive-classes");
        Path moved = temp.resolve("moved");
        Files.move(own.resolve("../..").normalize(), moved);

        assertQuietWithoutArchive(moved.resolve("bin/holdfast"));

        run(moved.resolve("bin/holdfast"), "archive-classes");
        Path archive = moved.resolve("lib/classes.jsa");
        Files.delete(archive);
        Files.writeString(archive, "not what it was");
        assertQuietWithoutArchive(moved.resolve("bin/holdfast"));
    }

    private static void assertQuietWithoutArchive(Path command) {
        assertThat(isMapped(command)).isFalse();
        Result result = run(command, "--version");
        assertTellsVersion(result);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void shouldSayThatNoArchiveWasMade() throws IOException {
        Path own = unpackIn("unarchived");

        Result refused = new Command(temp.resolve("elsewhere"))
                .with("JAVA_OPTS", "-XX:NoSuchFlag")
                .run(List.of(own.toString(), "archive-classes"));

        assertThat(refused.exitCode()).isEqualTo(FAILED);
        assertThat(refused.err()).startsWith("holdfast: no archive was made, Holdfast starts without; see ");
        assertTellsVersion(run(own, "--version"));
    }

    private static boolean isMapped(Path command) {
        Result loaded = new Command(temp.resolve("elsewhere"))
                .with("JAVA_OPTS", "-Xlog:class+load")
                .run(List.of(command.toString(), "--version"));
        assertThat(loaded.out()).contains("dev.holdfast.gateway.cli.Main ");
        return loaded.out().contains("dev.holdfast.gateway.cli.Main source: shared objects file");
    }
}
