package dev.nivel.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ClusterViewTest {
  private static final Address SPEAKER = new Address("10.0.0.1", 7_000);
  private static final String ANSWER = """
      a1 :7000@17000 myself,master - 0 0 3 connected 0-5460 [93->-b2] [94-<-b2]
      b2 10.0.0.2:7000@17000,b.example master - 0 1 2 connected 5461-16382
      c3 10.0.0.3:7000@17000,,shard-id=x slave a1 0 1 3 connected
      d4 :0@0 master,noaddr - 0 1 9 disconnected 16383
      e5 10.0.0.5:7000@17000 master,fail - 0 1 1 disconnected 16383
      """;

  @Test
  void readsWhoOwnsWhatAndWhatIsUnderWay() {
    ClusterView view = ClusterView.parse(ANSWER, SPEAKER, false);
    @Nullable Address[] owners = ClusterView.owners(List.of(view));
    assertThat(owners[0]).isEqualTo(SPEAKER);
    assertThat(owners[5_461]).isEqualTo(new Address("10.0.0.2", 7_000));
    assertThat(owners[16_383]).isEqualTo(new Address("10.0.0.5", 7_000));
    assertThat(view.migrations()).containsOnlyKeys(93)
        .containsValue(new Address("10.0.0.2", 7_000));
    assertThat(view.addresses()).hasSize(4);
  }

  @Test
  void prefersNamesWithTlsForCertificatesHaveThem() {
    assertThat(ClusterView.parse(ANSWER, SPEAKER, true).addresses())
        .contains(new Address("b.example", 7_000), new Address("10.0.0.3", 7_000));
  }

  @Test
  void believesTheLatestClaim() {
    ClusterView old = ClusterView.parse("a 10.0.0.1:1@2 myself,master - 0 0 4 connected 0-16383",
        SPEAKER, false);
    ClusterView late = ClusterView.parse("b 10.0.0.2:1@2 myself,master - 0 0 5 connected 0-10",
        SPEAKER, false);
    for (List<ClusterView> views : List.of(List.of(old, late), List.of(late, old))) {
      @Nullable Address[] owners = ClusterView.owners(views);
      assertThat(owners[10]).isEqualTo(new Address("10.0.0.2", 1));
      assertThat(owners[11]).isEqualTo(new Address("10.0.0.1", 1));
    }
  }
}
