package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How PostgreSQL, which refuses to run as root, is run nevertheless.
 *
 * <p>It also refuses to make its files for a user without a name, as containers have them. In a
 * namespace of its own it takes itself for nobody in both cases.
 */
enum Demotion {
  /** The user of this process will do. */
  UNNEEDED(-1, ""),
  /** In a user namespace of its own: the files belong to root, but the server is not root. */
  NAMESPACE(0, "unshare -U --"),
  /** As nobody, where namespaces are forbidden, as in many containers. */
  NOBODY(Demotion.NOBODY_ID, "setpriv --reuid=65534 --regid=65534 --clear-groups --"),
  /** Neither is permitted. */
  IMPOSSIBLE(-1, "");

  private static final int NOBODY_ID = 65534;
  private static final Path SELF = Path.of("/proc/self");

  private final int owner;
  private final String wrapper;

  Demotion(int owner, String wrapper) {
    this.owner = owner;
    this.wrapper = wrapper;
  }

  static Demotion available() {
    if (!isRoot() && hasName()) {
      return UNNEEDED;
    }
    if (Wrappers.works(NAMESPACE.wrapper())) {
      return NAMESPACE;
    }
    if (!isRoot()) {
      return UNNEEDED; // files that are there can be served, new ones cannot be made
    }
    return Wrappers.works(NOBODY.wrapper()) ? NOBODY : IMPOSSIBLE;
  }

  /** The command that runs the one after it without root's rights; empty when none is needed. */
  List<String> wrapper() {
    if (this == IMPOSSIBLE) {
      throw new EmbeddedServerException("PostgreSQL does not run as root, and neither unshare -U"
          + " nor setpriv --reuid is permitted here; start this program as an ordinary user");
    }
    return wrapper.isEmpty() ? List.of() : List.of(wrapper.split(" ", -1));
  }

  /** Gives the server's directory to the user that it will run as, if root or nobody has it. */
  void giveTo(Path home) throws IOException {
    int present = (int) Files.getAttribute(home, "unix:uid");
    boolean isOurs = present == 0 || present == NOBODY_ID;
    if (owner >= 0 && present != owner && isOurs) {
      FileTree.give(home, owner);
    }
  }

  static boolean isRoot() {
    try {
      return (int) Files.getAttribute(SELF, "unix:uid") == 0;
    } catch (IOException e) {
      throw new EmbeddedServerException("could not read " + SELF, e);
    }
  }

  /** The name of a user whom the system does not know is his number. */
  private static boolean hasName() {
    try {
      Object id = Files.getAttribute(SELF, "unix:uid");
      return !Files.getOwner(SELF).getName().equals(id.toString());
    } catch (IOException e) {
      throw new EmbeddedServerException("could not read " + SELF, e);
    }
  }
}
