package dev.nivel.supabase;

import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the schema {@code nivel}, called over a connection or over REST. Safe for use by
 * several threads.
 */
interface Functions extends AutoCloseable {
  /** Makes something of a row. */
  interface RowReader<T> {
    /** Reads it. */
    T read(Row row);
  }

  /**
   * Calls one, in a transaction of its own.
   *
   * @return what was made of its rows; a function that returns one value has one row, whose column
   *     is called as the function
   * @throws dev.nivel.store.UnavailableException if it is not to be had now
   * @throws dev.nivel.store.RejectedException if the arguments are refused for good
   * @throws dev.nivel.store.ConfigurationException if only an operator can mend what is wrong
   */
  <T> List<T> call(Call call, RowReader<T> reader);

  /** Calls one for its effect. */
  default void run(Call call) {
    call(call, row -> true);
  }

  /**
   * Calls one that returns one row.
   *
   * @throws UnavailableException if it returns none, or several
   */
  default <T> T callForOne(Call call, RowReader<T> reader) {
    List<T> rows = call(call, reader);
    if (rows.size() != 1) {
      throw malformed(rows.size() + " rows in place of one", null);
    }
    return rows.get(0);
  }

  /** Reads a row; one that can't be what the function returns is no answer. */
  static <T> T read(Row row, RowReader<T> reader) {
    try {
      return reader.read(row);
    } catch (IllegalArgumentException | ArithmeticException e) { // no such stamp, no such word
      throw malformed("a value that can't be there", e);
    }
  }

  /** What to throw for an answer of which nothing is to be believed. */
  static UnavailableException malformed(String why, @Nullable Exception cause) {
    return new UnavailableException("Supabase's answer is not what its functions return: " + why,
        Outcome.UNKNOWN, cause);
  }

  /** Where the database is, fit for logs. */
  @Override
  String toString();

  @Override
  void close();
}
