package dev.nivel.journal;

import dev.nivel.journal.PowerCut.Inode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The real file system, with failures that tests switch on. Fsyncs are not passed on, but noted:
 * {@link #powerCut} has what they have saved.
 */
final class FaultyDisk implements Disk {
  final PowerCut powerCut = new PowerCut();
  private final Disk disk = new OsDisk();
  private final AtomicInteger forces = new AtomicInteger();
  private final AtomicInteger forcesFailed = new AtomicInteger();
  /** How many bytes more fit; then writes are cut short and fail. */
  final AtomicLong roomBytes = new AtomicLong(Long.MAX_VALUE);
  volatile boolean isForceFailing;
  volatile boolean isTruncateFailing;
  volatile boolean isRenameFailing;
  volatile boolean isReadFailing;
  volatile boolean isDirectoryFailing;
  /** What an fsync waits for; null = nothing. */
  volatile @Nullable Semaphore forceGate;

  /** How many files were forced. */
  int forces() {
    return forces.get();
  }

  /** How many files failed to be forced. */
  int forcesFailed() {
    return forcesFailed.get();
  }

  private void failIf(boolean isFailing, String what) throws IOException {
    if (isFailing) {
      throw new IOException(what + ": Input/output error");
    }
  }

  /** A file that fails when it is told to. */
  private final class FaultyFile implements SegmentFile {
    private final SegmentFile file;

    private final Inode inode;

    FaultyFile(SegmentFile file, Inode inode) {
      this.file = file;
      this.inode = inode;
    }

    @Override
    public void append(byte[] bytes) throws IOException {
      long room = roomBytes.getAndAdd(-bytes.length);
      if (bytes.length > room) {
        roomBytes.set(0);
        file.append(Arrays.copyOf(bytes, (int) room));
        inode.append(Arrays.copyOf(bytes, (int) room));
        throw new IOException("No space left on device");
      }
      file.append(bytes);
      inode.append(bytes);
    }

    @Override
    public void truncate(long length) throws IOException {
      failIf(isTruncateFailing, "truncate");
      file.truncate(length);
      inode.truncate(length);
    }

    @Override
    public void force() throws IOException {
      Semaphore gate = forceGate;
      if (gate != null) {
        gate.acquireUninterruptibly();
      }
      if (isForceFailing) {
        forcesFailed.incrementAndGet();
      }
      failIf(isForceFailing, "fsync");
      inode.force();
      forces.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Override
  public SegmentFile create(Path file) throws IOException {
    return new FaultyFile(disk.create(file), powerCut.create(file));
  }

  @Override
  public byte[] read(Path file) throws IOException {
    failIf(isReadFailing, "read");
    return disk.read(file);
  }

  @Override
  public void force(Path file) throws IOException {
    failIf(isForceFailing, "fsync");
    powerCut.at(file).force();
  }

  @Override
  public void truncate(Path file, long length) throws IOException {
    disk.truncate(file, length);
    powerCut.at(file).truncate(length);
    powerCut.at(file).force();
  }

  @Override
  public void rename(Path file, Path name) throws IOException {
    failIf(isRenameFailing, "rename");
    disk.rename(file, name);
    powerCut.rename(file, name);
  }

  @Override
  public void delete(Path file) throws IOException {
    disk.delete(file);
    powerCut.delete(file);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    failIf(isDirectoryFailing, "fsync of the directory");
    powerCut.forceDirectory(directory);
  }
}
