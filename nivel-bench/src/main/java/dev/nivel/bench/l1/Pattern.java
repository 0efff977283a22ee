package dev.nivel.bench.l1;

/** How often which conversation is asked for. */
public enum Pattern {
  /** Always the same one. */
  HOT,
  /** By Zipf's law, with exponent 0.99. */
  ZIPF
}
