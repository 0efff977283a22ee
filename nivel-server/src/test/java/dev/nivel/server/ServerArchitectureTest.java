package dev.nivel.server;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import dev.nivel.Nivel;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** Who may import whom in the server. */
class ServerArchitectureTest {
  private static final JavaClasses SERVER = new ClassFileImporter()
      .withImportOption(new DoNotIncludeTests())
      .importPackages("dev.nivel.server", "dev.nivel.cli", "dev.nivel.json");

  @Test
  void oneFileKnowsVertx() {
    noClasses().that()
        .haveNameNotMatching(".*\\.HttpFront(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..")
        .check(SERVER);
  }

  @Test
  void onlyTheCommandLineKnowsPicocli() {
    noClasses().that()
        .resideOutsideOfPackage("dev.nivel.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(SERVER);
  }

  @Test
  void onlyTheStoresKnowTheEmbeddedServers() {
    noClasses().that()
        .haveNameNotMatching(".*\\.Stores(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.nivel.embedded..")
        .check(SERVER);
  }

  @Test
  void nothingKnowsTheStoresOfTheLibrary() {
    noClasses().should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.nivel.redis..", "dev.nivel.supabase..")
        .check(SERVER);
  }

  /** I4: those who ask over HTTP were not paused when the server was. */
  @Test
  void theServerAsksTheClockForEachRead() {
    noClasses().should().callMethod(Nivel.class, "conversation", String.class).check(SERVER);
  }

  @Test
  void theServerDoesNotKnowItsCommandLine() {
    noClasses().that()
        .resideInAPackage("dev.nivel.server..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.nivel.cli..")
        .check(SERVER);
  }

  @Test
  void classesAreFinalOrTypesOfTheirOwnKind() {
    classes().that()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .and()
        .areNotRecords()
        .and()
        .areNotAnonymousClasses()
        .should()
        .haveModifier(
            JavaModifier.FINAL)
        .check(SERVER);
  }
}
