package dev.nivel;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.List;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** Who may import whom in the library, and what its users see. */
class ArchitectureTest {
  private static final JavaClasses LIBRARY = new ClassFileImporter()
      .withImportOption(new DoNotIncludeTests())
      .importPackages("dev.nivel")
      .that(DescribedPredicate.not(resideInAnyPackage("dev.nivel.embedded..")));

  /** Where the parts are put together: the one place of the engine that knows the real stores. */
  private static final String COMPOSITION = "dev\\.nivel\\.(Nivel|NivelConfig)(\\$.*)?";

  @Test
  void theEngineKnowsNoStore() {
    noClasses().that()
        .resideInAPackage("dev.nivel")
        .and()
        .haveNameNotMatching(COMPOSITION)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.nivel.redis..",
            "dev.nivel.supabase..")
        .check(LIBRARY);
  }

  @Test
  void theWordsOfStoresKnowTheJdkOnly() {
    classes().that()
        .resideInAPackage("dev.nivel.store..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "dev.nivel.store..", "org.jspecify..")
        .check(LIBRARY);
  }

  @Test
  void theJournalKnowsTheWordsOfStoresAndTheJdkOnly() {
    classes().that()
        .resideInAPackage("dev.nivel.journal..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "dev.nivel.journal..", "dev.nivel.store..", "org.slf4j..",
            "org.jspecify..")
        .check(LIBRARY);
  }

  @Test
  void storesKnowNeitherTheEngineNorEachOther() {
    noClasses().that()
        .resideInAPackage("dev.nivel.redis..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.nivel", "dev.nivel.supabase..")
        .check(LIBRARY);
    noClasses().that()
        .resideInAPackage("dev.nivel.supabase..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.nivel", "dev.nivel.redis..")
        .check(LIBRARY);
  }

  @Test
  void eachForeignLibraryHasItsPlace() {
    onlyIn("dev\\.nivel\\.redis\\..*", "io.lettuce..", "io.netty..", "reactor..");
    onlyIn("dev\\.nivel\\.supabase\\..*", "com.zaxxer..", "org.flywaydb..", "java.sql..",
        "javax.sql..", "java.net.http..", "tools.jackson..");
    onlyIn("dev\\.nivel\\.(Breaker|Engine|NivelMeters)(\\$.*)?", "io.github.resilience4j..");
    onlyIn("dev\\.nivel\\.NivelMeters(\\$.*)?", "io.micrometer..");
    onlyIn("dev\\.nivel\\.LevelMeter(\\$.*)?", "org.HdrHistogram..");
  }

  private static void onlyIn(String place, String... packages) {
    noClasses().that()
        .haveNameNotMatching(place)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .check(LIBRARY);
  }

  @Test
  void whatUsersSeeNamesNoForeignType() {
    DescribedPredicate<JavaClass> own = resideInAnyPackage("java..", "dev.nivel..", "")
        .or(DescribedPredicate.describe("a primitive", JavaClass::isPrimitive));
    methods().that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .doNotHaveSimpleName("NivelMeters")
        .should()
        .haveRawReturnType(own)
        .andShould()
        .haveRawParameterTypes(
            DescribedPredicate.describe("of our own", (List<JavaClass> types) -> types.stream()
                .map(type -> type.getBaseComponentType())
                .allMatch(own)))
        .check(LIBRARY);
  }

  @Test
  void classesAreFinal() {
    classes().that()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .and()
        .areNotRecords()
        .and()
        .areNotAnonymousClasses()
        .and()
        .doNotHaveSimpleName("NivelException")
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(LIBRARY);
  }
}
