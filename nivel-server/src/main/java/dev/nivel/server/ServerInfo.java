package dev.nivel.server;

/**
 * What routes tell of the server, or keep to.
 *
 * @param version of Nivel
 * @param valueBytesMax how long a value may be
 */
record ServerInfo(String version, int valueBytesMax) {}
