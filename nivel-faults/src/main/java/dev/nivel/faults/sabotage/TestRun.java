package dev.nivel.faults.sabotage;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs one test class, in a process of its own whose class path decides which library is tested.
 * Must not need any other class of this module.
 */
public final class TestRun {
  private static final int FAILURES_SHOWN_MAX = 5;

  private TestRun() {}

  /** Exit codes: 0 all tests succeeded, 1 one failed, 2 there was none. */
  public static void main(String[] arguments) {
    LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
        .selectors(DiscoverySelectors.selectClass(arguments[0]))
        .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    summary.printFailuresTo(out, FAILURES_SHOWN_MAX);
    out.printf("%s: %d tests, %d succeeded%n", arguments[0], summary.getTestsFoundCount(),
        summary.getTestsSucceededCount());
    System.exit(exitCode(summary)); // servers' threads that are left must not keep it
  }

  private static int exitCode(TestExecutionSummary summary) {
    if (summary.getTotalFailureCount() > 0) {
      return 1;
    }
    return summary.getTestsSucceededCount() > 0 ? 0 : 2;
  }
}
