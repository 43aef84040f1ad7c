package dev.holdfast.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.access.Bcrypt;
import dev.holdfast.gateway.access.Users;
import dev.holdfast.gateway.access.UsersFile;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code holdfast passwd}: makes and changes the file of users. A password is never an argument, which everybody on the
 * machine could read.
 */
@Command(
        name = "passwd",
        mixinStandardHelpOptions = true,
        description = {
            "Add a user to the file of users, change a password, or remove a user.",
            "A running gateway takes the change within seconds."
        })
final class PasswdCommand implements Callable<Integer> {

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The file of users, access.users of the configuration; made if it is not there.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(names = "--stdin", description = "Read the password from standard input, one line.")
    private boolean standardInput;

    @Option(names = "--delete", description = "Remove the user.")
    private boolean delete;

    @Parameters(paramLabel = "USER", description = "Name of the user.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String user;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        String why = Users.whyNoName(user);
        if (!why.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "the name " + why);
        }
        UsersFile users = new UsersFile(file);
        try {
            return delete ? remove(users) : put(users);
        } catch (IllegalArgumentException e) {
            return failed(file + ": " + e.getMessage());
        } catch (IOException e) {
            return failed("can't change " + file + ": " + e);
        }
    }

    private int remove(UsersFile users) throws IOException {
        return users.remove(user) ? done("removed") : failed("there is no user " + user + " in " + file);
    }

    private int put(UsersFile users) throws IOException {
        byte[] password = standardInput ? fromStandardInput() : fromTerminal();
        if (password == null) {
            return failed("no password was given");
        }
        try {
            users.put(user, Bcrypt.hash(password));
        } finally {
            Arrays.fill(password, (byte) 0);
        }
        return done("set");
    }

    private static byte @Nullable [] fromStandardInput() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        String line = in.readLine();
        return line == null ? null : line.getBytes(UTF_8);
    }

    @SuppressWarnings("SystemConsoleNull") // a Java that has one in any case is asked whether this is a terminal
    private byte @Nullable [] fromTerminal() {
        Console console = System.console();
        if (console == null || !Boolean.getBoolean("holdfast.terminal")) {
            throw new ParameterException(
                    spec.commandLine(), "this is no terminal to ask for the password; give it by --stdin");
        }
        char[] first = console.readPassword("Password of %s: ", user);
        char[] second = first == null ? null : console.readPassword("Once more: ");
        if (first == null || second == null) {
            return null;
        }
        boolean same = Arrays.equals(first, second);
        byte[] password = new String(first).getBytes(UTF_8);
        Arrays.fill(first, ' ');
        Arrays.fill(second, ' ');
        if (!same) {
            throw new IllegalArgumentException("these were two different passwords, nothing is changed");
        }
        return password;
    }

    private int done(String what) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(what + "  " + user + "  in " + file);
        return ExitCode.OK;
    }

    private int failed(String why) {
        spec.commandLine().getErr().println("holdfast: " + why);
        return ExitCode.FAILED;
    }
}
