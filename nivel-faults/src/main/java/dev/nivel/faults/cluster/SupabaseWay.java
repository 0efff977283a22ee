package dev.nivel.faults.cluster;

/** How servers reach Supabase. */
public enum SupabaseWay {
  /** As a database, over JDBC. */
  DATABASE,
  /** Over REST, by PostgREST. */
  REST
}
