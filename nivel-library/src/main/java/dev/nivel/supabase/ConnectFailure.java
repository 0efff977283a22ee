package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why no connection to a database is to be had, as far as words of drivers and poolers tell. Their
 * words are looked for only, never passed on. A pooler may say it in answer to a statement, too:
 * it looks for a connection only then.
 *
 * @param isForOperator whether only an operator can mend it
 * @param words what is wrong, and what to do
 * @param signs what is said then, by whomever, in lower case
 */
record ConnectFailure(boolean isForOperator, String words, List<String> signs) {
  private static final String IPV6 = "; Supabase's direct host (db.<project>.supabase.co) has an"
      + " IPv6 address only, its session pooler (port 5432) has IPv4";

  /** The first that fits counts. */
  private static final List<ConnectFailure> KNOWN = List.of(
      new ConnectFailure(true,
          "the server's certificate is of none of the authorities in sslrootcert",
          List.of("pkix path", "unable to find valid certification path")),
      new ConnectFailure(true, "the server's certificate is for another host",
          List.of("could not be verified")),
      new ConnectFailure(true, "the server has no TLS, and sslmode demands it",
          List.of("does not support ssl")),
      new ConnectFailure(true, "the server takes connections with TLS only: say sslmode=require, or"
          + " better verify-full with sslrootcert",
          List.of("no encryption", "ssl off", "ssl connection is required")),
      new ConnectFailure(true, "the server takes no connections from the address of this machine:"
          + " see the network restrictions of the project, or pg_hba.conf",
          List.of("no pg_hba.conf entry", "not in tenant allow_list")),
      new ConnectFailure(true, "the pooler knows no such project or user: the project may be"
          + " paused, and the user of a pooler is postgres.<project>",
          List.of("tenant or user not found", "tenant/user", "no tenant identifier")),
      new ConnectFailure(true, "the pooler has seen too many wrong passwords: correct it; it takes"
          + " logins again after some minutes",
          List.of("too many authentication errors")),
      new ConnectFailure(false, "there are too many connections: use the transaction pooler"
          + " (port 6543), or lower NIVEL_L3_LOADS_MAX",
          List.of("max clients reached", "maxclientsinsessionmode",
              "max client connections reached",
              "max_client_conn", "remaining connection slots", "too many clients",
              "too many connections")),
      new ConnectFailure(false, "the pooler gets no connection to the database: it is out, or all"
          + " connections to it are taken",
          List.of("checkout timeout", "unable to check out", "query_wait_timeout",
              "server login has been failing", "client_login_timeout", "dbhandler exited",
              "connection to database closed", "unable to establish connection to upstream",
              "failed to retrieve database credentials", "cannot connect to server")),
      new ConnectFailure(false, "the host is not known here or can't be reached" + IPV6,
          List.of("unknownhostexception", "network is unreachable", "noroutetohostexception",
              "protocol family unavailable", "address family not supported")),
      new ConnectFailure(false, "the host does not answer: a firewall may be in between" + IPV6,
          List.of("connect timed out", "connection attempt timed out")));

  /** What a failure and its causes say; empty if they say nothing that is known. */
  static Optional<ConnectFailure> in(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String said = cause.toString().toLowerCase(Locale.ROOT);
      Optional<ConnectFailure> found = KNOWN.stream()
          .filter(known -> known.signs.stream().anyMatch(said::contains))
          .findFirst();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** What to throw. */
  NivelException exception(String what, Outcome outcome, @Nullable Throwable cause) {
    String message = what + ": " + words;
    return isForOperator ? new ConfigurationException(message, cause)
        : new UnavailableException(message, outcome, cause);
  }
}
