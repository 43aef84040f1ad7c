package dev.holdfast.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may know what: the layers as docs/ARCHITECTURE.md draws them. */
class LayersTest {

    private static final String ROOT = "dev.holdfast.gateway";
    private static final String SINK_API = "dev.holdfast.sink";
    private static final String TAP_API = "dev.holdfast.tap";

    /** Each package and the ones of the project that it may use. */
    private static final Map<String, String[]> MAY_USE = Map.ofEntries(
            Map.entry("time", of()),
            Map.entry("agent", of()),
            Map.entry("text", of()),
            Map.entry("load", of("text")),
            Map.entry("journal", of("agent", "time")),
            Map.entry("journal.xodus", of("journal")),
            Map.entry("route", of("journal")),
            Map.entry("forward", of("journal", "route", "agent", "time", SINK_API)),
            Map.entry("access", of("journal", "route", "time")),
            Map.entry("ingest.mqtt", of("journal", "text", "time")),
            Map.entry("audit", of("journal")),
            Map.entry("ingest.tap", of("agent", "audit", "journal", "time", SINK_API, TAP_API)),
            Map.entry("config", of(SINK_API, TAP_API)),
            Map.entry(
                    "admin", of("audit", "forward", "ingest.mqtt", "ingest.tap", "journal", "text", "time", SINK_API)),
            Map.entry(TAP_API, of(SINK_API)),
            Map.entry(SINK_API + ".mqtt", of(SINK_API, TAP_API)),
            Map.entry("demo", of("load", "ingest.mqtt", "journal", "time")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.holdfast");

    private static String[] of(String... packages) {
        return packages;
    }

    private static String full(String name) {
        return name.startsWith("dev.") ? name : ROOT + "." + name;
    }

    static Iterable<String> packages() {
        return new TreeSet<>(MAY_USE.keySet());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void shouldUseOnlyWhatItsLayerMay(String name) {
        String[] allowed = MAY_USE.getOrDefault(name, of());
        String[] own = {full(name)};
        DescribedPredicate<JavaClass> mayBeUsed = DescribedPredicate.not(resideInAPackage("dev.holdfast.."))
                .or(resideInAnyPackage(own))
                .or(resideInAnyPackage(
                        Arrays.stream(allowed).map(LayersTest::full).toArray(String[]::new)));

        classes()
                .that()
                .resideInAPackage(full(name))
                .should()
                .onlyDependOnClassesThat(mayBeUsed)
                .check(CLASSES);
    }

    @Test
    void shouldKnowThePlaceOfEveryPackage() {
        TreeSet<String> found = new TreeSet<>();
        for (JavaClass one : CLASSES) {
            found.add(one.getPackageName());
        }
        TreeSet<String> placed = new TreeSet<>();
        MAY_USE.keySet().forEach(name -> placed.add(full(name)));
        placed.add(ROOT);
        placed.add(ROOT + ".cli");
        placed.add(ROOT + ".ingest");
        placed.add(SINK_API);

        assertThat(found).isEqualTo(placed);
    }

    @Test
    void shouldKnowNoSink() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(SINK_API + ".*..")
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldKeepTheStorageEngineBehindTheStore() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".journal.xodus")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jetbrains..")
                .check(CLASSES);
    }

    @Test
    void shouldKeepNettyAtTheEdges() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".ingest..", ROOT + ".load", ROOT + ".demo", SINK_API + ".mqtt")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CLASSES);
    }

    @Test
    void shouldKeepTheSinkApiFreeOfEverything() {
        classes()
                .that()
                .resideInAPackage(SINK_API)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", SINK_API)
                .check(CLASSES);
    }

    @Test
    void shouldReadTheClocksOfTheMachineInOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".time", ROOT + ".load")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(CLASSES);
    }
}
