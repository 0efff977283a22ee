package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.RedisCluster;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.store.L2;
import dev.nivel.store.L2Contract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Redis Cluster keeps to the contract. */
class RedisClusterContractIT extends L2Contract {
  private static Servers servers;
  private static L2 l2;

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    RedisCluster cluster = servers.redisCluster(RedisSettings.defaults().withPassword("s3cret"));
    l2 = RedisFixture.connect(cluster.url());
  }

  @AfterAll
  static void end() {
    l2.close();
    servers.close();
  }

  @Override
  protected L2 l2() {
    return l2;
  }
}
