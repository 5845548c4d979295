import Glibc
import SpellCore

/// Where an `OutputBuffer` drains to.
package protocol OutputTarget: AnyObject {
  /// Takes all of the bytes, or throws.
  func write(_ bytes: ByteSlice) throws
}

/// Memory, for the library, the pager and tests.
package final class MemoryTarget: OutputTarget {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package func write(_ bytes: ByteSlice) { self.bytes.append(contentsOf: bytes) }

  /// Hands over what was written and begins anew.
  package func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }
}

/// Nowhere: tells how many bytes there were, for EXPLAIN ANALYZE.
package final class CountingTarget: OutputTarget {
  package private(set) var count = 0

  package init() {}

  package func write(_ bytes: ByteSlice) { count += bytes.count }
}

/// An open file descriptor of somebody else: standard output, or that of an `OutputFile`.
///
/// The process must ignore SIGPIPE: a reader that went away is then the error `.closedPipe`.
package final class DescriptorTarget: OutputTarget {
  /// Bytes that a pipe takes at once after `poll` said that it is writable.
  private static let pipeChunk = 4096

  private let descriptor: Int32
  private let name: String
  private let cancellation: Cancellation?

  /// `name` is what messages show. With a cancellation, a reader that is slow cannot hold up a cancelled statement.
  package init(descriptor: Int32, name: String, cancellation: Cancellation? = nil) {
    self.descriptor = descriptor
    self.name = name
    var status = stat()
    let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    self.cancellation = isRegular ? nil : cancellation
  }

  package func write(_ bytes: ByteSlice) throws {
    var rest = bytes
    while !rest.isEmpty {
      try waitUntilWritable()
      let count = Glibc.write(
        descriptor, rest.baseAddress, cancellation == nil ? rest.count : min(rest.count, Self.pipeChunk))
      if count < 0 {
        switch errno {
        case EINTR: continue
        case EAGAIN:
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&waiting, 1, 50)
          continue
        case EPIPE: throw OutputProblem.closedPipe(name: name).error
        default: throw OutputProblem.cannotWrite(name: name, code: errno).error
        }
      }
      rest = ByteSlice(rebasing: rest[count...])
    }
  }

  private func waitUntilWritable() throws {
    guard let cancellation else { return }
    while true {
      try cancellation.check()
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      let ready = poll(&waiting, 1, 50)
      if ready > 0 || (ready < 0 && errno != EINTR) { return }
    }
  }
}
