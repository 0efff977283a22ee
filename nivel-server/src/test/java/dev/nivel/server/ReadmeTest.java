package dev.nivel.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the documents show as Java compiles. */
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static final List<String> IMPORTED = List.of("dev.nivel", "dev.nivel.store", "java.time",
      "java.util");

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "README.es.md"})
  void itsJavaCompiles(String name, @TempDir Path classes) throws IOException {
    Matcher java = JAVA.matcher(Files.readString(Path.of("..", name)));
    assertThat(java.find()).isTrue();
    do {
      assertThat(mistakes(java.group(1), classes)).isEmpty();
    } while (java.find());
  }

  private static List<String> mistakes(String snippet, Path classes) {
    String imports = IMPORTED.stream()
        .map(name -> "import " + name + ".*;")
        .collect(Collectors.joining());
    String text = imports + "class Snippet { void run() {" + snippet + "} }";
    JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///Snippet.java"),
        JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    String classPath = System.getProperty("surefire.test.class.path",
        System.getProperty("java.class.path"));
    compiler.getTask(null, null, found,
        List.of("-proc:none", "-cp", classPath, "-d", classes.toString()), null, List.of(file))
        .call();
    return found.getDiagnostics().stream().map(Object::toString).toList();
  }
}
