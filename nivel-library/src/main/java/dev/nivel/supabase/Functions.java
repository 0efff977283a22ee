package dev.nivel.supabase;

import java.util.List;

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

  /** Where the database is, fit for logs. */
  @Override
  String toString();

  @Override
  void close();
}
