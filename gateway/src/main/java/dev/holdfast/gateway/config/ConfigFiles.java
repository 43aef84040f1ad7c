package dev.holdfast.gateway.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files that a configuration is read from: a main file, and whatever {@code *.yaml} lies in the directory
 * {@code conf.d} beside it, by name. Hidden files and those of other endings, such as an editor's backups, are left out.
 *
 * @param main the main file; empty when there is none
 * @param parts the others, in the order in which they are read
 */
public record ConfigFiles(Optional<Path> main, List<Path> parts) {

    /** No file: the defaults, and what the environment says. */
    public static final ConfigFiles NONE = new ConfigFiles(Optional.empty(), List.of());

    private static final String DIRECTORY = "conf.d";
    private static final String ENDING = ".yaml";

    /** Copies the list. */
    public ConfigFiles {
        parts = List.copyOf(parts);
    }

    /**
     * A main file, whether it is there or not, and the files beside it.
     *
     * @throws ConfigException if the directory is there and can't be listed
     */
    public static ConfigFiles of(Path main) {
        return new ConfigFiles(Optional.of(main), partsBeside(main));
    }

    /**
     * The files beside a main file, and it too if it is there; none at all if there are no others.
     *
     * @throws ConfigException if the directory is there and can't be listed
     */
    public static ConfigFiles ifAny(Path main) {
        return new ConfigFiles(Optional.of(main).filter(Files::exists), partsBeside(main));
    }

    /** Whether there is no file. */
    public boolean isEmpty() {
        return main.isEmpty() && parts.isEmpty();
    }

    /** All of them in the order in which they are read. */
    public List<Path> all() {
        List<Path> all = new ArrayList<>(parts);
        main.ifPresent(file -> all.add(0, file));
        return all;
    }

    private static List<Path> partsBeside(Path main) {
        Path directory = main.resolveSibling(DIRECTORY);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(ConfigFiles::isPart)
                    .sorted(Comparator.comparing(ConfigFiles::name))
                    .toList();
        } catch (IOException e) {
            String why = "can't be listed by the user that runs this";
            throw new ConfigException(List.of(new Problem(directory.toString(), 0, 0, why, "", "")));
        }
    }

    private static boolean isPart(Path file) {
        return name(file).endsWith(ENDING) && !name(file).startsWith(".");
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
