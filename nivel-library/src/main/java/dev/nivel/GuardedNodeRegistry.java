package dev.nivel;

import dev.nivel.store.NodeRegistry;
import dev.nivel.store.Stamp;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/** The register of nodes behind L3's gate for writes. Heartbeats try whether it may be opened. */
final class GuardedNodeRegistry implements NodeRegistry {
  private final NodeRegistry registry;
  private final WriteGate guard;

  GuardedNodeRegistry(NodeRegistry registry, WriteGate guard) {
    this.registry = registry;
    this.guard = guard;
  }

  @Override
  public Claim claim(String identity) {
    return guard.call(() -> registry.claim(identity));
  }

  @Override
  public Roster heartbeat(int number, String identity, Report report) {
    return guard.heartbeat(() -> registry.heartbeat(number, identity, report));
  }

  @Override
  public void leave(int number, String identity) {
    guard.run(() -> registry.leave(number, identity));
  }

  @Override
  public void retire(Collection<Integer> numbers, Duration silence) {
    guard.run(() -> registry.retire(numbers, silence));
  }

  @Override
  public void confirmErase(Stamp stamp, int number) {
    guard.run(() -> registry.confirmErase(stamp, number));
  }

  @Override
  public Optional<ErasureState> erasure(Stamp stamp) {
    return guard.breaker().call(() -> registry.erasure(stamp));
  }
}
