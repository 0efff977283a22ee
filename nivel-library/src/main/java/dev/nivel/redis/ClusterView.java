package dev.nivel.redis;

import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one node of a cluster says of all nodes in CLUSTER NODES.
 *
 * @param nodes all nodes with an address
 * @param migrations slots that the speaker is giving away, and the nodes that get them
 */
record ClusterView(List<Node> nodes, Map<Integer, Address> migrations) {
  private static final Pattern MIGRATION = Pattern.compile("\\[([0-9]+)->-(\\w+)]");
  private static final int FLAGS = 2;
  private static final int EPOCH = 6;
  private static final int SLOTS = 8;

  /**
   * A node.
   *
   * @param isMaster whether it is a master, be it a failed one
   * @param epoch of its claim to its slots: the greatest wins
   */
  record Node(Address address, boolean isMaster, long epoch, List<Range> slots) {}

  /** Slots from one to another. */
  record Range(int first, int last) {}

  /**
   * Reads the answer.
   *
   * @param speaker who gave it, and does not always know its own host
   * @param isTLS whether names are preferred to numbers, for certificates have names
   */
  static ClusterView parse(String answer, Address speaker, boolean isTLS) {
    Map<String, Node> byId = new HashMap<>();
    Map<Integer, String> migrations = new HashMap<>();
    answer.lines().map(line -> line.split(" ", -1)).forEach(words -> {
      @Nullable Address address = address(words[1], speaker, isTLS);
      Set<String> flags = Set.of(words[FLAGS].split(",", -1));
      if (address == null || flags.contains("noaddr") || flags.contains("handshake")) {
        return;
      }
      List<Range> slots = new ArrayList<>();
      for (int i = SLOTS; i < words.length; i++) {
        Matcher migration = MIGRATION.matcher(words[i]);
        if (migration.matches()) {
          migrations.put(Integer.valueOf(migration.group(1)), migration.group(2));
        } else if (!words[i].startsWith("[")) {
          String[] bounds = words[i].split("-", 2);
          slots.add(new Range(Integer.parseInt(bounds[0]),
              Integer.parseInt(bounds[bounds.length - 1])));
        }
      }
      byId.put(words[0], new Node(address, flags.contains("master"),
          Long.parseLong(words[EPOCH]), List.copyOf(slots)));
    });
    Map<Integer, Address> targets = new HashMap<>();
    migrations.forEach((slot, id) -> {
      @Nullable Node target = byId.get(id);
      if (target != null) {
        targets.put(slot, target.address());
      }
    });
    return new ClusterView(List.copyOf(byId.values()), Map.copyOf(targets));
  }

  /** {@code ip:port@busPort[,name[,more=...]]}; null for a node that has none yet. */
  private static @Nullable Address address(String word, Address speaker, boolean isTLS) {
    String[] parts = word.split(",", -1);
    String address = parts[0].split("@", 2)[0];
    boolean isNamed = parts.length > 1 && !parts[1].isEmpty() && parts[1].indexOf('=') < 0;
    Address numbered = Address.parse(address, speaker.host());
    if (numbered.port() == 0) {
      return null;
    }
    return isTLS && isNamed ? new Address(parts[1], numbered.port()) : numbered;
  }

  /**
   * Who owns the slots, by the latest of all claims.
   *
   * @return by slot; null where nobody claims one
   */
  static @Nullable Address[] owners(List<ClusterView> views) {
    @Nullable Address[] owners = new Address[SlotHash.SLOT_COUNT];
    long[] epochs = new long[SlotHash.SLOT_COUNT];
    views.stream()
        .flatMap(view -> view.nodes().stream())
        .filter(Node::isMaster)
        .forEach(node -> node.slots().forEach(range -> {
          for (int slot = range.first(); slot <= range.last(); slot++) {
            if (owners[slot] == null || node.epoch() > epochs[slot]) {
              owners[slot] = node.address();
              epochs[slot] = node.epoch();
            }
          }
        }));
    return owners;
  }

  /** All addresses. */
  Set<Address> addresses() {
    Set<Address> addresses = new HashSet<>();
    nodes.forEach(node -> addresses.add(node.address()));
    return addresses;
  }
}
