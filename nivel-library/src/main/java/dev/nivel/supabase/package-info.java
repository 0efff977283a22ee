/** L3: Supabase's PostgreSQL over JDBC. */
@NullMarked
package dev.nivel.supabase;

import org.jspecify.annotations.NullMarked;
