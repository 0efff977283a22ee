package dev.nivel.supabase;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why no connection to a database is to be had, as far as words of drivers and poolers tell.
 *
 * @param isForOperator whether only an operator can mend it
 * @param words what is wrong, and what to do
 * @param signs what is said then, by whomever
 */
record ConnectFailure(boolean isForOperator, String words, List<String> signs) {
  private static final List<ConnectFailure> KNOWN = List.of(
      new ConnectFailure(true,
          "the server's certificate is of none of the authorities in sslrootcert",
          List.of("PKIX path", "unable to find valid certification path")),
      new ConnectFailure(true, "the server's certificate is for another host",
          List.of("could not be verified")),
      new ConnectFailure(true, "the server has no TLS, and sslmode demands it",
          List.of("does not support SSL")),
      new ConnectFailure(true, "the pooler knows no such project or user: the project may be"
          + " paused, and the user of a pooler is postgres.<project>",
          List.of("Tenant or user not found", "tenant/user")),
      new ConnectFailure(false, "there are too many connections: use the transaction pooler"
          + " (port 6543), or lower NIVEL_L3_LOADS_MAX",
          List.of("max clients reached", "MaxClientsInSessionMode", "remaining connection slots",
              "too many clients", "too many connections")),
      new ConnectFailure(false, "the host is not known here or can't be reached; Supabase's direct"
          + " host (db.<project>.supabase.co) has an IPv6 address only, its poolers have IPv4",
          List.of("UnknownHostException", "Network is unreachable", "NoRouteToHostException")));

  /** What a failure and its causes say; empty if they say nothing that is known. */
  static Optional<ConnectFailure> in(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String said = cause.toString();
      Optional<ConnectFailure> found = KNOWN.stream()
          .filter(known -> known.signs.stream().anyMatch(said::contains))
          .findFirst();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
