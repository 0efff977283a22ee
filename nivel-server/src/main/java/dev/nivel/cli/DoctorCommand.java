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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.json.JsonMapper;

/** {@code nivel doctor}: what is wrong with what Nivel stands on, and what to do. */
final class DoctorCommand implements Command {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

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
            + " policy, persistence, writes, latency, clock), Supabase (reachable, schema, version,"
            + " writes, rights, row security, outsiders, connections, latency, clock) and the data"
            + " directory, and says what to do.", "",
            "It changes nothing but a key in Redis that expires within a minute. It fails if"
                + " something must be mended; warnings are none of that.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    boolean isJson = Remote.isJson(arguments);
    QuietLog.setUp();
    List<Finding> findings = examine(isJson);
    long faults = findings.stream().filter(Finding::mustBeMended).count();
    long warnings = findings.stream()
        .filter(finding -> finding.judgement().verdict() == Verdict.WARNING)
        .count();
    if (isJson) {
      console.print(MAPPER.writeValueAsString(json(findings, faults, warnings)));
    } else {
      console.print(faults + warnings == 0 ? "nothing is wrong"
          : "to be mended: %d; warnings: %d".formatted(faults, warnings));
    }
    return faults == 0 ? 0 : 1;
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
    console.print("%-8s %-14s %-16s %s".formatted(word(judgement.verdict()), finding.subject(),
        finding.check(), judgement.seen()));
    if (!judgement.advice().isEmpty()) {
      console.print(" ".repeat(41) + "-> " + judgement.advice());
    }
  }

  private static String word(Verdict verdict) {
    return verdict == Verdict.MEND ? "MEND" : verdict.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> json(List<Finding> findings, long faults, long warnings) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("status", faults == 0 ? "success" : "failed");
    report.put("to_be_mended", faults);
    report.put("warnings", warnings);
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
