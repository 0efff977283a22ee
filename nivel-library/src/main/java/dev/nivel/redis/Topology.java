package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.UnavailableException;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** Knows who is to be asked which servers are masters. Used by one thread at a time. */
interface Topology extends AutoCloseable {
  /**
   * Asks who owns which bucket at present.
   *
   * @param connected the masters that are in use
   * @throws UnavailableException if nobody who knows answers
   * @throws ConfigurationException if only an operator can mend what is wrong
   */
  Layout ask(Collection<Master> connected);

  /** Of the kind that the URL names. */
  static Topology of(Connector connector) {
    List<Address> addresses = connector.url().addresses();
    return switch (connector.url().kind()) {
      case ONE -> connected -> Layout.of(addresses.get(0));
      case SENTINEL -> new Sentinels(connector);
      case CLUSTER -> new Cluster(connector);
    };
  }

  /** Gives up the connections that it has for its questions. */
  @Override
  default void close() {}

  /**
   * Who owns which bucket.
   *
   * @param owners by bucket
   * @param unsettled the buckets that are on their way to another master, which takes writes for
   *     them, too
   * @param receivers the masters that they go to
   */
  record Layout(List<Address> owners, BitSet unsettled, Collection<Address> receivers) {
    /** Nobody owns anything. */
    static final Layout NONE = of(new Address("", 0));

    /** All buckets at one master. */
    static Layout of(Address master) {
      return new Layout(Collections.nCopies(RedisKeys.BUCKETS, master), new BitSet(),
          List.of());
    }

    /** The buckets of a master. */
    BitSet bucketsOf(Address master) {
      BitSet buckets = new BitSet();
      for (int bucket = 0; bucket < owners.size(); bucket++) {
        if (owners.get(bucket).equals(master)) {
          buckets.set(bucket);
        }
      }
      return buckets;
    }
  }
}
