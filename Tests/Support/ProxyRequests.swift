import Synchronization

/// What the thread of a proxy and its test share.
final class ProxyState: Sendable {
  /// The TCP port that the proxy connects to.
  let target: Int
  /// Parts of statements that are refused, in lower case.
  let refused: [String]
  let fromClients = Atomic(0)
  let fromServer = Atomic(0)
  let turns = Atomic(0)
  let connections = Atomic(0)
  let cancelRequests = Atomic(0)
  let refusals = Atomic(0)
  let statements = Mutex<[String]>([])
  /// In milliseconds.
  let delay = Atomic(0)
  let cutsOrdered = Atomic(0)
  let cutsDone = Atomic(0)
  /// Negative where no cut is wanted.
  let bytesUntilCut = Atomic(-1)
  let isStopping = Atomic(false)
  let hasEnded = Atomic(false)

  init(target: Int, refused: [String]) {
    self.target = target
    self.refused = refused
  }
}

/// The stream of a client's messages, in which statements are looked at and some are replaced.
struct ProxyRequests {
  private var hasStarted = false
  /// The bytes of a message that is not complete, but has to be.
  private var kept: [UInt8] = []
  /// How many more bytes of a message pass as they are.
  private var passing = 0

  /// Takes bytes as they come from a client: those to send to the server, and those to answer the client with.
  mutating func take(_ bytes: ArraySlice<UInt8>, _ state: ProxyState) -> (forward: [UInt8], answer: [UInt8]) {
    kept += bytes
    var rest = kept[...]
    var forward: [UInt8] = []
    var answer: [UInt8] = []
    while !rest.isEmpty {
      if passing == 0 {
        guard let size = wholeMessage(in: rest) else { break }
        if size > 0 {
          let message = rest.prefix(size)
          rest = rest.dropFirst(size)
          if hasStarted {
            forward += statement(message, state)
          } else {
            greet(message, state, &forward, &answer)
          }
          continue
        }
      }
      let passed = rest.prefix(passing)
      forward += passed
      passing -= passed.count
      rest = rest.dropFirst(passed.count)
    }
    kept = Array(rest)
    return (forward, answer)
  }

  /// The size of the message that begins here if it is one to look at; 0 if it is not, when it passes; nil if more of
  /// it has to come.
  private mutating func wholeMessage(in bytes: ArraySlice<UInt8>) -> Int? {
    let lead = hasStarted ? 1 : 0
    guard bytes.count >= lead + 4 else { return nil }
    let size = lead + max(4, Int(word(bytes.dropFirst(lead))))
    let type = bytes[bytes.startIndex]
    if hasStarted && type != UInt8(ascii: "P") && type != UInt8(ascii: "Q") {
      passing = size
      return 0
    }
    return bytes.count >= size ? size : nil
  }

  /// The first message, or a question before it.
  private mutating func greet(
    _ message: ArraySlice<UInt8>, _ state: ProxyState, _ forward: inout [UInt8], _ answer: inout [UInt8]
  ) {
    let (cancel, wantTLS, wantGSS): (UInt32, UInt32, UInt32) = (80_877_102, 80_877_103, 80_877_104)
    let code = message.count < 8 ? 0 : word(message.dropFirst(4))
    if code == wantTLS || code == wantGSS {
      answer.append(UInt8(ascii: "N"))
      return
    }
    if code == cancel { state.cancelRequests.wrappingAdd(1, ordering: .relaxed) }
    hasStarted = true
    forward += message
  }

  /// A Parse or Query message, with its text replaced if it is to fail.
  private func statement(_ message: ArraySlice<UInt8>, _ state: ProxyState) -> [UInt8] {
    var start = message.startIndex + 5
    if message.first == UInt8(ascii: "P") {
      // The name of the prepared statement comes first.
      start = (message[start...].firstIndex(of: 0) ?? message.endIndex - 1) + 1
    }
    let end = message[start...].firstIndex(of: 0) ?? message.endIndex
    let text = String(decoding: message[start..<end], as: UTF8.self)
    state.statements.withLock { $0.append(text) }
    let lowercased = text.lowercased()
    guard state.refused.contains(where: lowercased.contains) else { return Array(message) }

    state.refusals.wrappingAdd(1, ordering: .relaxed)
    // A table of another database is a feature not supported, in the eyes of the server's analysis.
    let failing = Array(#"SELECT FROM "refused by the proxy".a.b"#.utf8)
    let body = message[(message.startIndex + 5)..<start] + failing + message[end...]
    let size = UInt32(body.count + 4)
    return [message[message.startIndex]] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + body
  }
}

/// The number in the first four bytes.
private func word(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
