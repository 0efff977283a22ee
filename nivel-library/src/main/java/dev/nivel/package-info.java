/**
 * The library. Start at {@link dev.nivel.Nivel}; the paths (ReadPath, WritePath, SyncPath,
 * PreloadPath, BypassPath, RecoveryPath, ErasePath) show how the levels work together.
 */
@NullMarked
package dev.nivel;

import org.jspecify.annotations.NullMarked;
