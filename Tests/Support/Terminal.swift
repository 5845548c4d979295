import CPty
import Glibc

/// A program on a terminal of its own, driven as a person would: type, then wait for what must appear.
public final class Terminal {
  private let process: Int32
  private let master: Int32
  private var received: [UInt8] = []
  /// The end of what earlier waits have found: each wait looks behind the one before.
  private var mark = 0
  private var hasEnded = false

  /// Starts a program with only the given environment.
  public init(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = ["TERM": "xterm"],
    rows: Int32 = 24, columns: Int32 = 80
  ) throws {
    // Without it a crash waits half a minute for a key.
    var variables = environment.map { "\($0)=\($1)" } + ["SWIFT_BACKTRACE=enable=no"]
    for name in instrumentVariables {
      if let value = getenv(name) { variables.append("\(name)=\(String(cString: value))") }
    }
    var descriptor: Int32 = -1
    process = withCStrings([program] + arguments) { argumentList in
      withCStrings(variables) { cpty_spawn(program, argumentList, $0, rows, columns, &descriptor) }
    }
    master = descriptor
    guard process > 0 else { throw TerminalFailure(description: "cannot start \(program): errno \(errno)") }
  }

  deinit {
    if !hasEnded {
      kill(process, SIGKILL)
      _ = cpty_wait(process)
    }
    close(master)
  }

  /// Types text; keys are their bytes, such as `"\u{3}"` for Ctrl-C.
  public func send(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Gives the terminal another size.
  public func resize(rows: Int32, columns: Int32) { cpty_resize(master, rows, columns) }

  /// Sends a signal to the program alone, not through the terminal.
  public func signal(_ number: Int32) { kill(process, number) }

  /// Waits until the program has written a text; fails after some seconds, or when the program ends before.
  public func wait(for text: String, seconds: Int = 10) throws {
    let wanted = Array(text.utf8)
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      if let end = endOfMatch(wanted) {
        mark = end
        return
      }
      guard readMore(until: deadline) else {
        throw TerminalFailure(description: "no \(text.debugDescription) in \(unread.debugDescription)")
      }
    }
  }

  /// What the program wrote behind the last text that was waited for.
  public var unread: String { String(decoding: received[mark...], as: UTF8.self) }

  /// Everything that the program wrote.
  public var transcript: String { String(decoding: received, as: UTF8.self) }

  /// Waits for the program to end: its exit status, or 128 plus the number of the signal that ended it.
  public func exitStatus(seconds: Int = 10) throws -> Int32 {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while readMore(until: deadline) {}
    guard ContinuousClock.now < deadline else {
      throw TerminalFailure(description: "still running behind \(transcript.debugDescription)")
    }
    hasEnded = true
    return cpty_wait(process)
  }

  /// Reads what there is; false at the end of the program's output or at the deadline.
  private func readMore(until deadline: ContinuousClock.Instant) -> Bool {
    let left = ContinuousClock.now.duration(to: deadline)
    let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
    var input = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard milliseconds > 0, poll(&input, 1, Int32(clamping: milliseconds)) > 0 else { return false }
    var block = [UInt8](repeating: 0, count: 4096)
    // The end of a program reads as the error EIO on the terminal's other end.
    let count = read(master, &block, block.count)
    guard count > 0 else { return false }
    received.append(contentsOf: block[0..<count])
    return true
  }

  private func endOfMatch(_ wanted: [UInt8]) -> Int? {
    var start = mark
    while start + wanted.count <= received.count {
      if received[start..<(start + wanted.count)].elementsEqual(wanted) { return start + wanted.count }
      start += 1
    }
    return nil
  }
}

/// What went wrong on a terminal.
public struct TerminalFailure: Error, CustomStringConvertible {
  /// The missing text and what was there instead.
  public let description: String
}

/// The path of an executable of this package, which is built beside the tests.
public func builtProgram(_ name: String) -> String {
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = readlink("/proc/self/exe", &buffer, buffer.count)
  let tests = String(decoding: buffer[0..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return tests.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/\(name)"
}

/// Gives texts to a C function that wants a NULL-terminated array of them.
private func withCStrings<R>(_ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R) -> R {
  var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
  pointers.append(nil)
  defer { pointers.forEach { free($0) } }
  return pointers.withUnsafeBufferPointer { list in
    // An array that holds at least the final NULL has an address.
    guard let address = list.baseAddress else { preconditionFailure("an array with an element has no address") }
    return body(address)
  }
}
