package dev.nivel.store;

/**
 * How much of a long conversation the caches keep: its newest items up to both bounds, one at
 * least.
 *
 * @param itemsMax how many
 * @param itemBytesMax how many bytes of values in all
 */
public record ItemBounds(int itemsMax, long itemBytesMax) {
  /** 200 items or 256 KiB. */
  public static final ItemBounds DEFAULT = new ItemBounds(200, 256 * 1024);
}
