package dev.nivel.store;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The register in memory; nodes live until they leave or die. */
final class FakeNodeRegistry implements NodeRegistry {
  private static final Duration SILENCE_MAX = Duration.ofSeconds(3);
  private static final Report NOTHING = new Report("", "", Epoch.NONE, Set.of());

  private final Runnable call;
  private final Time time;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Set<String> living = new HashSet<>();
  private final Set<String> silent = new HashSet<>();
  private final Map<Integer, Report> reports = new HashMap<>();
  private final Map<Integer, Long> heardAtNanos = new HashMap<>();
  private final Map<Stamp, String> erasures = new TreeMap<>();
  private final Map<Stamp, Set<Integer>> confirmed = new HashMap<>();

  FakeNodeRegistry(Runnable call, Time time) {
    this.call = call;
    this.time = time;
  }

  void kill(String identity) {
    living.remove(identity);
    silent.add(identity);
  }

  @Override
  public Claim claim(String identity) {
    call.run();
    boolean isFormerLifeOpen = living.contains(identity) || silent.remove(identity);
    living.add(identity);
    int number = numbers.computeIfAbsent(identity, id -> numbers.size());
    reports.remove(number);
    heardAtNanos.put(number, time.nanos());
    return new Claim(number, isFormerLifeOpen);
  }

  private List<Integer> numbers(Set<String> identities) {
    return identities.stream().map(id -> numbers.getOrDefault(id, 0)).sorted().toList();
  }

  private Node node(String identity) {
    int number = numbers.getOrDefault(identity, 0);
    Report report = reports.getOrDefault(number, NOTHING);
    Duration silence = Duration.ofNanos(time.nanos() - heardAtNanos.getOrDefault(number, 0L));
    return new Node(number, silence, living.contains(identity), report.offered(), report.epoch(),
        report.confirmed());
  }

  @Override
  public void retire(Collection<Integer> retired, Duration silence) {
    call.run();
    silent.removeIf(identity -> retired.contains(node(identity).number())
        && node(identity).silence().compareTo(silence) > 0);
  }

  @Override
  public Roster heartbeat(int number, String identity, Report report) {
    call.run();
    boolean isOwner = Integer.valueOf(number).equals(numbers.get(identity));
    List<Erasure> open = erasures.entrySet()
        .stream()
        .filter(erasure -> !confirmedBy(erasure.getKey()).contains(number))
        .map(erasure -> new Erasure(erasure.getValue(), erasure.getKey()))
        .toList();
    if (isOwner) {
      boolean wasSilent = node(identity).silence().compareTo(SILENCE_MAX) > 0;
      reports.put(number, new Report(report.mode(), report.offered(), report.epoch(),
          wasSilent ? Set.of() : report.confirmed()));
      heardAtNanos.put(number, time.nanos());
    }
    return new Roster(isOwner, Stream.concat(living.stream(), silent.stream())
        .map(this::node)
        .toList(), open);
  }

  private Set<Integer> confirmedBy(Stamp stamp) {
    return confirmed.computeIfAbsent(stamp, s -> new HashSet<>());
  }

  @Override
  public void leave(int number, String identity) {
    living.remove(identity);
  }

  boolean addErasure(String conversation, Stamp stamp) {
    return conversation.equals(erasures.computeIfAbsent(stamp, s -> conversation));
  }

  @Override
  public void confirmErase(Stamp stamp, int number) {
    call.run();
    confirmedBy(stamp).add(number);
  }

  @Override
  public Optional<ErasureState> erasure(Stamp stamp) {
    call.run();
    return Optional.ofNullable(erasures.get(stamp))
        .map(conversation -> new ErasureState(conversation, Stream
            .concat(numbers(living).stream(), numbers(silent).stream())
            .filter(number -> !confirmedBy(stamp).contains(number))
            .toList()));
  }
}
