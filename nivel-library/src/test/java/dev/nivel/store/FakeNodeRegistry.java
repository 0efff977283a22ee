package dev.nivel.store;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The register in memory; nodes live until they leave or die. */
final class FakeNodeRegistry implements NodeRegistry {
  private final Runnable call;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Set<String> living = new HashSet<>();
  private final Set<String> silent = new HashSet<>();
  private final Map<Integer, String> offered = new HashMap<>();
  private final Map<Stamp, String> erasures = new TreeMap<>();
  private final Map<Stamp, Set<Integer>> confirmed = new HashMap<>();

  FakeNodeRegistry(Runnable call) {
    this.call = call;
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
    offered.remove(number);
    return new Claim(number, isFormerLifeOpen);
  }

  private List<Integer> numbers(Set<String> identities) {
    return identities.stream().map(id -> numbers.getOrDefault(id, 0)).sorted().toList();
  }

  @Override
  public void retire(Duration silence) {
    call.run();
    silent.clear();
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
      offered.put(number, report.offered());
    }
    List<Integer> present = Stream.of(living, silent)
        .map(this::numbers)
        .flatMap(List::stream)
        .toList();
    return new Roster(isOwner, numbers(living), numbers(silent), present.stream()
        .collect(Collectors.toMap(Function.identity(), n -> offered.getOrDefault(n, ""))), open);
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
