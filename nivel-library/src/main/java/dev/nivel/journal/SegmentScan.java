package dev.nivel.journal;

import dev.nivel.store.CorruptException;
import dev.nivel.store.Field;
import java.nio.BufferUnderflowException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment from its beginning to its end, over whatever is damaged. Where a head is right,
 * its length is believed; where none is, the next group whose checksums are right ends the damage.
 * Those depend on the segment's salt, so nothing inside a value passes for a group.
 */
final class SegmentScan {
  private final byte[] segment;
  private final long salt;
  private int offset = SegmentHeader.BYTES;

  /** A scan of a whole segment, which is not copied. */
  SegmentScan(byte[] segment, SegmentHeader header) {
    this.segment = segment;
    salt = header.salt();
  }

  /** A stretch of a segment. */
  sealed interface Part permits Found, Damaged {
    /** Where it begins. */
    int offset();

    /** How long it is. */
    int length();

    /** False only if it has nothing of a conversation. */
    boolean mayBelongTo(String id);
  }

  /** A group, as it was written. */
  record Found(int offset, int length, String conversation, List<Field> fields) implements Part {
    @Override
    public boolean mayBelongTo(String id) {
      return conversation.equals(id);
    }
  }

  /**
   * Something else.
   *
   * @param conversation whose it is; null if that can't be known
   * @param isComplete whether it was written like this, as its checksums say, so that this version
   *     of Nivel does not understand it
   */
  record Damaged(int offset, int length, @Nullable String conversation, boolean isComplete)
      implements
        Part {
    @Override
    public boolean mayBelongTo(String id) {
      return conversation == null || conversation.equals(id);
    }
  }

  /** The next part; null at the end. */
  @Nullable
  Part next() {
    if (offset >= segment.length) {
      return null;
    }
    Group.@Nullable Head head = Group.head(salt, segment, offset);
    Part part = head == null ? unknown() : part(head);
    offset += part.length();
    return part;
  }

  private Part part(Group.Head head) {
    boolean isRight = Group.isBodyRight(salt, segment, head);
    if (isRight) {
      try {
        return new Found(offset, head.length(), head.conversation(), Group.fields(segment, head));
      } catch (CorruptException | IllegalArgumentException | IndexOutOfBoundsException
          | BufferUnderflowException e) {
        return new Damaged(offset, head.length(), head.conversation(), true);
      }
    }
    return new Damaged(offset, head.length(), head.conversation(), false);
  }

  private Part unknown() {
    int end = offset + 1;
    while (end < segment.length && !isGroup(end)) {
      end++;
    }
    return new Damaged(offset, end - offset, null, false);
  }

  private boolean isGroup(int at) {
    Group.@Nullable Head head = Group.head(salt, segment, at);
    return head != null && Group.isBodyRight(salt, segment, head);
  }
}
