package dev.nivel.faults.history;

import java.util.List;

/**
 * What a client asks.
 *
 * @param client which one
 * @param node of which server
 * @param name of the entry, empty where there is none
 * @param texts the values to be written
 * @param argument the version that is expected, the count of items, or the id after which
 */
public record Call(int client, int node, Kind kind, String conversation, String name,
    List<String> texts, long argument) {}
