package dev.nivel.bench.l1;

/** What a cache without conversations is asked for. */
record Key(String conversation, String entry) {}
