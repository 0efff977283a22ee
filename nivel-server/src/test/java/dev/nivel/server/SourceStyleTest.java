package dev.nivel.server;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How the sources of all modules read: sizes, names, and calls that are not made. */
class SourceStyleTest {
  private static final int FILE_LINES_MAX = 400;
  private static final int COLUMNS_MAX = 100;
  private static final int METHOD_LINES_MAX = 50;
  private static final int PARAMETERS_MAX = 4;
  private static final int NESTING_MAX = 3;
  private static final Pattern BANNED_NAME = Pattern.compile(
      "(^|[a-z0-9])(Manager|Helper|Util|Utils|Service|Impl|Base|Abstract|Data|Info)($|[A-Z0-9])");
  /** What is not called, and the files that may. */
  private static final Map<String, Set<String>> BANNED_CALLS = Map.of(
      "Thread.sleep", Set.of("Wait.java"), "System.exit", Set.of("Main.java", "TestRun.java"),
      "printStackTrace", Set.of(), "System.currentTimeMillis", Set.of("Time.java"),
      "Math.random", Set.of(), "System.out", Set.of("Main.java", "TestRun.java"),
      "catch (Exception ", Set.of(), "catch (Throwable ", Set.of());
  private static final List<String> BANNED_IN_TESTS = List.of("Thread.sleep", "@Disabled",
      "assumeTrue", "assumeFalse", "mockito");

  private static final List<Path> SOURCES = new ArrayList<>();
  private static final List<String> FINDINGS = new ArrayList<>();

  @BeforeAll
  static void findSources() throws IOException {
    try (Stream<Path> modules = Files.list(Path.of("..").toAbsolutePath().normalize())) {
      for (Path module : modules.filter(path -> Files.isDirectory(path.resolve("src"))).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve("src"))) {
          files.filter(path -> path.toString().endsWith(".java")).forEach(SOURCES::add);
        }
      }
    }
    assertThat(SOURCES).hasSizeGreaterThan(100);
  }

  private static boolean isTest(Path source) {
    return source.toString().contains("/src/test/");
  }

  @Test
  void filesAndLinesAreShort() throws IOException {
    List<String> findings = new ArrayList<>();
    for (Path source : SOURCES) {
      List<String> lines = Files.readAllLines(source);
      if (lines.size() > FILE_LINES_MAX) {
        findings.add(source.getFileName() + " has " + lines.size() + " lines");
      }
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).length() > COLUMNS_MAX) {
          findings.add(source.getFileName() + ":" + (i + 1) + " is " + lines.get(i).length()
              + " columns wide");
        }
      }
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void whatIsBannedIsNotCalled() throws IOException {
    List<String> findings = new ArrayList<>();
    for (Path source : SOURCES) {
      if (source.endsWith("SourceStyleTest.java")) {
        continue;
      }
      String text = Files.readString(source);
      BANNED_CALLS.forEach((call, exempt) -> {
        boolean isExempt = isTest(source) || exempt.contains(source.getFileName().toString());
        if (!isExempt && text.contains(call)) {
          findings.add(source.getFileName() + " has " + call);
        }
      });
      BANNED_IN_TESTS.stream()
          .filter(call -> isTest(source) && text.contains(call))
          .forEach(call -> findings.add(source.getFileName() + " has " + call));
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void methodsAreShortAndFlatAndTypesAreNamedWell() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of(), null,
          files.getJavaFileObjectsFromPaths(SOURCES));
      Trees trees = Trees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Reader(unit, trees).scan(unit, 0);
      }
    }
    assertThat(FINDINGS).isEmpty();
  }

  /** Walks through a source; the number that it carries along is the depth of nesting. */
  private static final class Reader extends TreePathScanner<Integer, Integer> {
    private final CompilationUnitTree unit;
    private final Trees trees;

    Reader(CompilationUnitTree unit, Trees trees) {
      this.unit = unit;
      this.trees = trees;
    }

    private void find(Tree tree, String what) {
      FINDINGS.add(Path.of(unit.getSourceFile().getName()).getFileName() + ":" + line(tree)
          + " " + what);
    }

    private long line(Tree tree) {
      return unit.getLineMap()
          .getLineNumber(trees.getSourcePositions().getStartPosition(unit, tree));
    }

    private long lastLine(Tree tree) {
      return unit.getLineMap()
          .getLineNumber(trees.getSourcePositions().getEndPosition(unit, tree));
    }

    @Override
    public Integer visitClass(ClassTree type, Integer depth) {
      if (BANNED_NAME.matcher(type.getSimpleName()).find()) {
        find(type, "is named " + type.getSimpleName());
      }
      return super.visitClass(type, 0);
    }

    @Override
    public Integer visitMethod(MethodTree method, Integer depth) {
      BlockTree body = method.getBody();
      long lines = body == null ? 0 : lastLine(body) - line(body) + 1;
      if (lines > METHOD_LINES_MAX) {
        find(method, method.getName() + " has " + lines + " lines");
      }
      boolean isOverride = method.getModifiers().getAnnotations().toString().contains("Override");
      if (method.getParameters().size() > PARAMETERS_MAX && !isOverride
          && !isRecordConstructor(method)) {
        find(method, method.getName() + " has " + method.getParameters().size() + " parameters");
      }
      return super.visitMethod(method, 0);
    }

    private boolean isRecordConstructor(MethodTree method) {
      return method.getReturnType() == null && getCurrentPath().getParentPath()
          .getLeaf()
          .getKind() == Tree.Kind.RECORD;
    }

    private Integer nest(Tree tree, Integer depth) {
      if (depth + 1 > NESTING_MAX) {
        find(tree, "is nested " + (depth + 1) + " deep");
      }
      return depth + 1;
    }

    @Override
    public Integer visitIf(IfTree tree, Integer depth) {
      boolean isElseIf = getCurrentPath().getParentPath().getLeaf() instanceof IfTree parent
          && parent.getElseStatement() == tree;
      return super.visitIf(tree, isElseIf ? depth : nest(tree, depth));
    }

    @Override
    public Integer visitForLoop(ForLoopTree tree, Integer depth) {
      return super.visitForLoop(tree, nest(tree, depth));
    }

    @Override
    public Integer visitEnhancedForLoop(EnhancedForLoopTree tree, Integer depth) {
      return super.visitEnhancedForLoop(tree, nest(tree, depth));
    }

    @Override
    public Integer visitWhileLoop(WhileLoopTree tree, Integer depth) {
      return super.visitWhileLoop(tree, nest(tree, depth));
    }

    @Override
    public Integer visitDoWhileLoop(DoWhileLoopTree tree, Integer depth) {
      return super.visitDoWhileLoop(tree, nest(tree, depth));
    }

    @Override
    public Integer visitSwitch(SwitchTree tree, Integer depth) {
      return super.visitSwitch(tree, nest(tree, depth));
    }

    @Override
    public Integer visitSynchronized(SynchronizedTree tree, Integer depth) {
      return super.visitSynchronized(tree, nest(tree, depth));
    }

    @Override
    public Integer visitTry(TryTree tree, Integer depth) {
      return super.visitTry(tree, nest(tree, depth));
    }

    @Override
    public Integer visitLambdaExpression(LambdaExpressionTree tree, Integer depth) {
      boolean isBlock = tree.getBodyKind() == LambdaExpressionTree.BodyKind.STATEMENT;
      return super.visitLambdaExpression(tree, isBlock ? nest(tree, depth) : depth);
    }
  }
}
