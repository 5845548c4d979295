import Glibc
import SpellCore

/// A call that blocks, made on a thread of its own, so that nobody has to wait for it longer than they like.
final class BackgroundCall: Sendable {
  /// Read end and write end of a pipe: a byte in it says that the call has returned.
  private let ends: (read: Int32, write: Int32)

  /// Starts the call; nil if the system has no thread or descriptor left.
  init?(_ body: @escaping @Sendable () -> Void) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    self.ends = (ends[0], ends[1])
    // The pipe lives as long as either side needs it.
    let thread = WorkThread.start {
      body()
      var byte: UInt8 = 0
      _ = write(self.ends.write, &byte, 1)
    }
    guard let thread else { return nil }
    pthread_detach(thread)
  }

  deinit {
    close(ends.read)
    close(ends.write)
  }

  /// Waits for the call's return, at most so long; whether it has returned.
  func wait(milliseconds: Int) -> Bool {
    var waiting = pollfd(fd: ends.read, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, Int32(max(0, milliseconds))) > 0
  }
}
