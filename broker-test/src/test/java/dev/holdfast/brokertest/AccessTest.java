package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users in a file made by {@code holdfast passwd}, what they may publish, and nothing that fails open. */
class AccessTest {

    private static final int FAILED = 1;
    private static final int CONFIG = 78;
    private static final int BAD_LOGIN = 0x86;
    private static final int NOT_AUTHORIZED = 0x87;

    @TempDir
    private Path temp = Path.of("");

    private Path users() {
        return temp.resolve("users");
    }

    private Result shell(String script) {
        return new Command(temp.resolve("command"))
                .run(List.of(
                        "sh",
                        "-c",
                        script.replace("holdfast", GatewayProcess.command().toString())));
    }

    private void setPassword(String user, String password) {
        Result result = shell("printf '%s\\n' '" + password + "' | holdfast passwd --stdin -f " + users() + " " + user);
        assertThat(result.exitCode()).as(result.err()).isZero();
    }

    private GatewayProcess gateway() {
        return new GatewayProcess(temp.resolve("gateway"))
                .withSection(
                        "access: {users: %s, publish: [{users: [chief], topics: [\"#\"]}, {topics: [\"s/%%u/#\"]}]}"
                                .formatted(users()));
    }

    @Test
    void shouldLetUsersPublishWhatTheyMay() throws MqttException {
        setPassword("alice", "sesame");
        setPassword("chief", "with a blank");
        try (GatewayProcess gateway = gateway().start()) {
            String uri = "tcp://127.0.0.1:" + gateway.port();

            assertThat(Visitor.refusal(uri, null, "", "")).isEqualTo(BAD_LOGIN);
            assertThat(Visitor.refusal(uri, null, "alice", "guess")).isEqualTo(BAD_LOGIN);
            try (Visitor alice = Visitor.enter(uri, null, "alice", "sesame");
                    Visitor chief = Visitor.enter(uri, null, "chief", "with a blank")) {
                assertThat(alice.publish("s/alice/t", "mine")).isZero();
                assertThat(alice.publish("s/bob/t", "not mine")).isEqualTo(NOT_AUTHORIZED);
                assertThat(chief.publish("s/bob/t", "everything")).isZero();
            }
            var ingest = gateway.status().path("ingest");
            assertThat(ingest.path("accepted").asLong()).isEqualTo(2);
            assertThat(ingest.path("limits").path("login").asLong()).isEqualTo(2);
            assertThat(ingest.path("limits").path("publish-rules").asLong()).isEqualTo(1);
            assertThat(gateway.log()).doesNotContain("sesame", "guess", "$2b$");
        }
    }

    @Test
    void shouldTakeChangesWithoutARestartAndNoneThatAreWrong() throws MqttException, IOException {
        setPassword("alice", "old");
        try (GatewayProcess gateway = gateway().start()) {
            String uri = "tcp://127.0.0.1:" + gateway.port();
            Visitor.enter(uri, null, "alice", "old").close();

            setPassword("alice", "new");
            setPassword("bob", "builder");
            await("the new password to count")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> Visitor.refusal(uri, null, "bob", "builder") == 0);
            Visitor.enter(uri, null, "alice", "new").close();
            assertThat(Visitor.refusal(uri, null, "alice", "old")).isEqualTo(BAD_LOGIN);

            for (String bad : List.of("", "everybody\n", "alice:plain\n")) {
                Files.writeString(users(), bad);
                await("the bad file to be noticed: " + bad)
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> gateway.status()
                                .path("ingest")
                                .path("warnings")
                                .toString()
                                .contains(bad.isEmpty() ? "there is no user in it" : "line 1"));
                Visitor.enter(uri, null, "alice", "new").close();
                assertThat(Visitor.refusal(uri, null, "mallory", "x")).isEqualTo(BAD_LOGIN);
            }
            Files.delete(users());
            await("the missing file to be noticed")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> gateway.status()
                            .path("ingest")
                            .path("warnings")
                            .toString()
                            .contains("there is no file"));
            Visitor.enter(uri, null, "alice", "new").close();
            assertThat(Visitor.refusal(uri, null, "", "")).isEqualTo(BAD_LOGIN);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    MISSING                | there is no file
                    ''                     | there is no user in it
                    '# nobody yet'         | there is no user in it
                    alice:sesame           | line 1 has no bcrypt hash
                    alice                  | line 1 has no colon
                    """)
    void shouldNotStartWithAFileOfUsersThatItCanNotUse(String content, String why) throws IOException {
        if (!content.equals("MISSING")) {
            Files.writeString(users(), content);
        }
        String config = gateway().config().toString();

        for (String command : List.of("run", "check")) {
            Result result = new Command(temp.resolve("command")).holdfast(command, "-c", config);
            assertThat(result.exitCode()).as(command + result.err()).isEqualTo(CONFIG);
            assertThat(result.err())
                    .contains("the users file can't be used", why)
                    .doesNotContain("sesame");
        }
        assertThat(temp.resolve("gateway").resolve("store")).doesNotExist();
    }

    @Test
    void shouldRefuseToBeOpenAndSayHowToMendIt() throws IOException {
        Path config = Files.writeString(temp.resolve("open.yaml"), "listen: {mqtt: {bind: \"0.0.0.0:1883\"}}\n");

        Result result = new Command(temp.resolve("command")).holdfast("run", "-c", config.toString());

        assertThat(result.exitCode()).isEqualTo(CONFIG);
        assertThat(result.err()).contains("whoever reaches it could publish", "holdfast passwd", "anonymous: true");
    }

    @Test
    void shouldSayAtEveryStartThatEverybodyMayPublish() {
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway")).withMqttKeys("anonymous: true")) {
            gateway.start();
            assertThat(gateway.log()).contains("anybody who reaches it may publish");
            gateway.kill();
            gateway.start();
            assertThat(gateway.log().split("anybody who reaches it may publish", -1))
                    .hasSize(3);
        }
    }

    // --- holdfast passwd ----------------------------------------------------------------------------------------

    @Test
    void shouldAskForThePasswordTwiceOnATerminal() throws IOException {
        // what is typed at once is there before it is asked for, so wait for the question as people do
        String typed = "(sleep 3; echo sesame; sleep 1; echo sesame; sleep 1)";
        Result same = shell(typed + " | script -qec 'holdfast passwd -f " + users() + " alice' /dev/null");

        assertThat(same.exitCode()).as(same.out()).isZero();
        assertThat(same.out())
                .contains("Password of alice: ", "Once more: ", "set  alice")
                .doesNotContain("sesame");
        assertThat(Files.readString(users())).startsWith("alice:$2b$10$");

        Result different = shell(typed.replaceFirst("sesame", "semolina") + " | script -qec 'holdfast passwd -f "
                + users() + " alice' /dev/null");
        assertThat(different.exitCode()).isEqualTo(FAILED);
        assertThat(different.out()).contains("two different passwords, nothing is changed");
    }

    @Test
    void shouldRemoveAUser() {
        setPassword("alice", "a");
        setPassword("bob", "b");

        assertThat(shell("holdfast passwd --delete -f " + users() + " bob").exitCode())
                .isZero();
        Result again = shell("holdfast passwd --delete -f " + users() + " bob");
        assertThat(again.exitCode()).isEqualTo(FAILED);
        assertThat(again.err()).contains("there is no user bob");
        Result last = shell("holdfast passwd --delete -f " + users() + " alice");
        assertThat(last.exitCode()).isEqualTo(FAILED);
        assertThat(users()).content().startsWith("alice:");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    printf '\\n' | holdfast passwd --stdin -f USERS alice        ~ 1  ~ the password is empty
                    holdfast passwd --stdin -f USERS alice </dev/null              ~ 1  ~ no password was given
                    printf '%073d\\n' 0 | holdfast passwd --stdin -f USERS alice ~ 1  ~ the password has 73 bytes, the most is 72
                    echo x | holdfast passwd --stdin -f USERS a/b                ~ 64 ~ the name has a character that can't be in one
                    echo x | holdfast passwd --stdin -f USERS ''                 ~ 64 ~ the name is empty
                    echo x | holdfast passwd --stdin alice                       ~ 64 ~ Missing required option: '--file=FILE'
                    echo x | holdfast passwd --stdin -f /nowhere/at/all alice    ~ 1  ~ can't change /nowhere/at/all
                    holdfast passwd -f USERS alice </dev/null                      ~ 64 ~ this is no terminal
                    """)
    void shouldSayWhatIsWrong(String script, int exitCode, String why) {
        Result result = shell(script.replace("USERS", users().toString()));

        assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
        assertThat(result.err()).contains(why);
        assertThat(users()).doesNotExist();
    }
}
