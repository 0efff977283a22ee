package dev.nivel.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** Stores that other nodes reach while this node does not, for tests. */
public final class CutOff {
  /** What does not go over the line. */
  private static final Set<String> LOCAL = Set.of("listen", "generation", "clockOffsetMillis",
      "usedMemoryBytes", "compression", "corruptCount", "heardAtNanos", "keepDictionariesIn",
      "close");

  /** Whether no call comes through. */
  public volatile boolean isCut;
  /** The name of the method of which the next call does not come through; empty = none. */
  public volatile String failOnce = "";

  /** The same store, behind this line. */
  public L2 line(L2 store) {
    return through(L2.class, store);
  }

  /** The same store, behind this line. */
  public L3 line(L3 store) {
    return through(L3.class, store);
  }

  private <T> T through(Class<T> kind, T store) {
    return kind.cast(Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[]{kind},
        (proxy, method, arguments) -> {
          boolean isToFail = method.getName().equals(failOnce);
          if (isToFail) {
            failOnce = "";
          }
          if (isToFail || (isCut && !LOCAL.contains(method.getName()))) {
            throw new UnavailableException("the line is cut");
          }
          try {
            return method.invoke(store, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        }));
  }
}
