package dev.nivel.cli;

import dev.nivel.Doctor;
import dev.nivel.Finding;
import dev.nivel.NivelConfig;
import dev.nivel.Settings;
import dev.nivel.server.ServerConfig;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.json.JsonMapper;

/** {@code nivel doctor}: what is wrong with what Nivel stands on, and what to do. */
final class DoctorCommand implements Command {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final int ADVICE_COLUMN = 44;

  private final Console console;
  private final Map<String, String> environment;

  DoctorCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create()
        .addOption(OptionSpec.builder("--output")
            .paramLabel("FORMAT")
            .type(String.class)
            .completionCandidates(List.of("text", "json"))
            .defaultValue("text")
            .description("text or json (default: text)")
            .build());
    spec.usageMessage()
        .description("Checks the configuration, Redis (reachable, topology, version, eviction"
            + " policy, persistence, writes, rights, latency, clock), Supabase over each way that"
            + " is configured (reachable, schema, version, writes, rights, row security, outsiders,"
            + " connections, latency, clock), the stores' clocks and the data directory, and says"
            + " what to do.", "",
            "It changes nothing but a key in Redis that expires within a minute. It fails if"
                + " something must be mended; warnings are none of that.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    boolean isJson = Remote.isJson(arguments);
    QuietLog.setUp();
    List<Finding> findings = examine(isJson);
    if (isJson) {
      console.print(MAPPER.writeValueAsString(json(findings)));
    } else {
      console.print(summary(findings));
    }
    return count(findings, Verdict.MEND) == 0 ? 0 : 1;
  }

  private static long count(List<Finding> findings, Verdict verdict) {
    return findings.stream().filter(finding -> finding.judgement().verdict() == verdict).count();
  }

  private static String summary(List<Finding> findings) {
    long faults = count(findings, Verdict.MEND);
    long warnings = count(findings, Verdict.WARNING);
    Set<String> notSeen = new LinkedHashSet<>();
    findings.forEach(finding -> notSeen.add(finding.subject()));
    findings.stream()
        .filter(finding -> finding.judgement().verdict() != Verdict.SKIPPED)
        .forEach(finding -> notSeen.remove(finding.subject()));
    return (faults + warnings == 0 ? "nothing is wrong"
        : "to be mended: " + faults + "; warnings: " + warnings)
        + (notSeen.isEmpty() ? "" : "; not looked at: " + String.join(", ", notSeen));
  }

  private List<Finding> examine(boolean isJson) {
    Doctor.Listener listener = new Doctor.Listener() {
      @Override
      public void checking(String subject, String check) {
        console.progress("checking " + subject + ": " + check);
      }

      @Override
      public void found(Finding finding) {
        console.endProgress();
        if (!isJson) {
          show(finding);
        }
      }
    };
    List<Finding> findings = new ArrayList<>();
    try {
      Settings settings = Settings.of(environment);
      NivelConfig config = NivelConfig.of(settings);
      ServerConfig.of(settings);
      findings.addAll(Doctor.examine(config, listener));
    } catch (ConfigurationException e) {
      Finding finding = new Finding("configuration", "settings",
          Judgement.mend(e.getMessage(), "see nivel config, and the table in README.md"));
      listener.found(finding);
      findings.add(finding);
    }
    return findings;
  }

  private void show(Finding finding) {
    Judgement judgement = finding.judgement();
    console.print(String.format(Locale.ROOT, "%-8s %-18s %-15s %s", word(judgement.verdict()),
        finding.subject(), finding.check(), judgement.seen()));
    if (!judgement.advice().isEmpty()) {
      console.print(" ".repeat(ADVICE_COLUMN) + "-> " + judgement.advice());
    }
  }

  private static String word(Verdict verdict) {
    return verdict == Verdict.MEND ? "MEND" : verdict.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> json(List<Finding> findings) {
    Map<String, Object> report = new LinkedHashMap<>();
    long faults = count(findings, Verdict.MEND);
    report.put("status", faults == 0 ? "success" : "failed");
    report.put("to_be_mended", faults);
    report.put("warnings", count(findings, Verdict.WARNING));
    report.put("skipped", count(findings, Verdict.SKIPPED));
    report.put("findings", findings.stream().map(DoctorCommand::json).toList());
    return report;
  }

  private static Map<String, Object> json(Finding finding) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("subject", finding.subject());
    members.put("check", finding.check());
    members.put("verdict", finding.judgement().verdict().name().toLowerCase(Locale.ROOT));
    members.put("seen", finding.judgement().seen());
    members.put("advice", finding.judgement().advice());
    return members;
  }
}
