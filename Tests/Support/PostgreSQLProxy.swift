import Glibc
import Synchronization

/// A proxy before the TCP port of a server, which refuses statements, is slow, or cuts connections, as a test wants it.
/// It listens on a TCP port of 127.0.0.1, answers that it has no TLS, and lets all but the superuser in.
public final class PostgreSQLProxy: Sendable {
  /// The TCP port of 127.0.0.1 that it listens on.
  public let port: Int
  private let state: ProxyState
  /// The end of a pipe whose bytes wake the thread.
  private let bell: Int32

  /// Starts a proxy. A statement whose text contains one of the `refusing` texts, whatever the case of their letters,
  /// fails in the server with SQLSTATE 0A000 (feature not supported) and the words "refused by the proxy", where the
  /// server would look at it: in the answer to its Parse message, if it comes as one.
  public convenience init(_ server: PostgreSQLServer, refusing: [String] = []) throws {
    try self.init(port: server.port, refusing: refusing)
  }

  /// Starts a proxy before any TCP port of 127.0.0.1 where a server or a pooler listens; see above.
  public init(port target: Int, refusing: [String] = []) throws {
    let (listener, port) = try listenOnLoopback()
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      close(listener)
      throw FileFailure(path: "pipe", code: errno)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    self.port = port
    bell = ends[1]
    state = ProxyState(target: target, refused: refusing.map { $0.lowercased() })
    try startThread(owning: ProxyLoop(listener: listener, alarm: ends[0], state: state)) { $0.run() }
  }

  deinit {
    stop()
    close(bell)
  }

  /// The bytes that clients have sent.
  public var bytesFromClients: Int { state.fromClients.load(ordering: .relaxed) }
  /// The bytes that the server has sent.
  public var bytesFromServer: Int { state.fromServer.load(ordering: .relaxed) }
  /// How often clients have sent something after the server had: with the first time of each connection, as often as
  /// they may have waited for an answer.
  public var turns: Int { state.turns.load(ordering: .relaxed) }
  /// The connections that clients have made, requests to cancel among them.
  public var connections: Int { state.connections.load(ordering: .relaxed) }
  /// The requests to cancel a statement that clients have made.
  public var cancelRequests: Int { state.cancelRequests.load(ordering: .relaxed) }
  /// The texts of the statements that clients have sent, in order, refused ones among them.
  public var statements: [String] { state.statements.withLock { $0 } }
  /// How many statements were refused.
  public var refusals: Int { state.refusals.load(ordering: .relaxed) }

  /// How many milliseconds later everything arrives, in each direction.
  public var delayMilliseconds: Int {
    get { state.delay.load(ordering: .relaxed) }
    set { state.delay.store(newValue, ordering: .relaxed) }
  }

  /// Cuts all connections, without a word to either side; new ones may be made. Returns when it is done.
  public func cut() {
    let order = state.cutsOrdered.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    ring()
    while state.cutsDone.load(ordering: .sequentiallyConsistent) < order, !state.hasEnded.load(ordering: .acquiring) {
      usleep(100)
    }
  }

  /// Cuts all connections after so many further bytes from the server, which are still handed on. New ones may be made
  /// afterwards.
  public func cutAfter(bytes: Int) {
    state.bytesUntilCut.store(max(0, bytes), ordering: .relaxed)
    ring()
  }

  /// Cuts all connections and no longer listens. Returns when the thread has closed everything.
  public func stop() {
    state.isStopping.store(true, ordering: .releasing)
    ring()
    while !state.hasEnded.load(ordering: .acquiring) { usleep(100) }
  }

  private func ring() { _ = write(bell, "x", 1) }

  /// A URL for the proxy; `options` are further words of libpq.
  public func url(database: String = "postgres", user: String = "reader", options: [(String, String)] = []) -> String {
    postgresURL(user: user, database: database, at: [("127.0.0.1", port)], options: options)
  }
}

/// The loop of a proxy's thread, which owns all its sockets.
private final class ProxyLoop {
  private let listener: Int32
  private let alarm: Int32
  private let state: ProxyState
  private var links: [ProxyLink] = []

  init(listener: Int32, alarm: Int32, state: ProxyState) {
    self.listener = listener
    self.alarm = alarm
    self.state = state
    for descriptor in [listener, alarm] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
  }

  deinit {
    links = []
    close(listener)
    close(alarm)
    state.hasEnded.store(true, ordering: .releasing)
  }

  func run() {
    while !state.isStopping.load(ordering: .acquiring) {
      wait()
      var bytes = [UInt8](repeating: 0, count: 64)
      while read(alarm, &bytes, bytes.count) > 0 {}
      accept()
      for link in links { link.work(state) }
      let order = state.cutsOrdered.load(ordering: .sequentiallyConsistent)
      let isDue = state.bytesUntilCut.load(ordering: .relaxed) == 0 && !links.contains { $0.isDelivering }
      if isDue { state.bytesUntilCut.store(-1, ordering: .relaxed) }
      if isDue || order != state.cutsDone.load(ordering: .sequentiallyConsistent) { links = [] }
      state.cutsDone.store(order, ordering: .sequentiallyConsistent)
      links.removeAll { $0.hasEnded }
    }
  }

  /// Blocks until there is something to do.
  private func wait() {
    var polls = [listener, alarm].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var timeout = Duration.seconds(60)
    let now = ContinuousClock.now
    for link in links {
      polls += link.wishes(at: now)
      if let due = link.nextDelivery(after: now) { timeout = min(timeout, now.duration(to: due)) }
    }
    let milliseconds = timeout.components.seconds * 1000 + timeout.components.attoseconds / 1_000_000_000_000_000
    poll(&polls, nfds_t(polls.count), Int32(clamping: milliseconds + 1))
  }

  private func accept() {
    while case let client = Glibc.accept(listener, nil, nil), client >= 0 {
      _ = fcntl(client, F_SETFD, FD_CLOEXEC)
      state.connections.wrappingAdd(1, ordering: .relaxed)
      if let server = connectToLoopback(port: state.target) {
        links.append(ProxyLink(client: client, server: server))
      } else {
        close(client)
      }
    }
  }
}

/// A client's connection and the one to the server that belongs to it.
private final class ProxyLink {
  private let client: Int32
  private let server: Int32
  private var clientHasEnded = false
  private var serverHasEnded = false
  private var toServer = DelayedBytes()
  private var toClient = DelayedBytes()
  private var requests = ProxyRequests()
  private var isClientsTurn = true
  private var block = [UInt8](repeating: 0, count: 65536)

  init(client: Int32, server: Int32) {
    self.client = client
    self.server = server
    var isOn: Int32 = 1
    for descriptor in [client, server] {
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  /// Ends both connections, also where a child that was just started holds copies of their descriptors.
  deinit {
    for descriptor in [client, server] {
      shutdown(descriptor, Int32(SHUT_RDWR))
      close(descriptor)
    }
  }

  /// Whether one side has ended, and the other has everything it sent.
  var hasEnded: Bool { (clientHasEnded && toServer.isEmpty) || (serverHasEnded && toClient.isEmpty) }

  /// Whether bytes of the server still have to reach the client.
  var isDelivering: Bool { !clientHasEnded && !toClient.isEmpty }

  /// What the loop is to wait for.
  func wishes(at now: ContinuousClock.Instant) -> [pollfd] {
    let clientEvents = (toServer.isFull ? 0 : POLLIN) | (toClient.isDue(at: now) ? POLLOUT : 0)
    let serverEvents = (toClient.isFull ? 0 : POLLIN) | (toServer.isDue(at: now) ? POLLOUT : 0)
    return [
      pollfd(fd: clientHasEnded ? -1 : client, events: Int16(clientEvents), revents: 0),
      pollfd(fd: serverHasEnded ? -1 : server, events: Int16(serverEvents), revents: 0),
    ]
  }

  /// When the next bytes that wait for their time are due.
  func nextDelivery(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    [toServer.due, toClient.due].compactMap { $0 }.filter { $0 > now }.min()
  }

  /// Takes and hands on what there is.
  func work(_ state: ProxyState) {
    let due = ContinuousClock.now + .milliseconds(state.delay.load(ordering: .relaxed))
    while !toServer.isFull, !clientHasEnded, let bytes = receive(client, &clientHasEnded) {
      let (forward, answer) = requests.take(bytes, state)
      state.fromClients.wrappingAdd(bytes.count, ordering: .relaxed)
      if isClientsTurn { state.turns.wrappingAdd(1, ordering: .relaxed) }
      isClientsTurn = false
      toServer.append(forward[...], due: due)
      toClient.append(answer[...], due: due)
    }
    while !toClient.isFull, !serverHasEnded, let bytes = receive(server, &serverHasEnded) {
      let limit = state.bytesUntilCut.load(ordering: .relaxed)
      let passed = limit < 0 ? bytes : bytes.prefix(limit)
      if limit >= 0 { state.bytesUntilCut.wrappingSubtract(passed.count, ordering: .relaxed) }
      state.fromServer.wrappingAdd(passed.count, ordering: .relaxed)
      isClientsTurn = true
      toClient.append(passed, due: due)
    }
    let now = ContinuousClock.now
    if serverHasEnded { toServer = DelayedBytes() } else { toServer.send(to: server, at: now, &serverHasEnded) }
    if clientHasEnded { toClient = DelayedBytes() } else { toClient.send(to: client, at: now, &clientHasEnded) }
  }

  /// The bytes that have come, or nil if there are none, or no more.
  private func receive(_ descriptor: Int32, _ hasEnded: inout Bool) -> ArraySlice<UInt8>? {
    let count = recv(descriptor, &block, block.count, 0)
    if count > 0 { return ArraySlice(Array(block[0..<count])) }
    if count == 0 || (errno != EAGAIN && errno != EINTR) { hasEnded = true }
    return nil
  }
}

/// Bytes on their way, each with the time when it is to arrive.
private struct DelayedBytes {
  private var chunks: [(due: ContinuousClock.Instant, bytes: ArraySlice<UInt8>)] = []
  private var count = 0

  var isEmpty: Bool { chunks.isEmpty }
  /// Whether so much waits that nothing more should be read.
  var isFull: Bool { count >= 1 << 20 }
  /// When the first byte is due.
  var due: ContinuousClock.Instant? { chunks.first?.due }

  func isDue(at now: ContinuousClock.Instant) -> Bool { due.map { $0 <= now } ?? false }

  mutating func append(_ bytes: ArraySlice<UInt8>, due: ContinuousClock.Instant) {
    guard !bytes.isEmpty else { return }
    chunks.append((due, bytes))
    count += bytes.count
  }

  /// Sends what is due and what the socket takes.
  mutating func send(to descriptor: Int32, at now: ContinuousClock.Instant, _ hasEnded: inout Bool) {
    while let first = chunks.first, first.due <= now {
      let sent = first.bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent >= 0 else {
        if errno != EAGAIN && errno != EINTR { hasEnded = true }
        return
      }
      count -= sent
      if sent == first.bytes.count { chunks.removeFirst() } else { chunks[0].bytes = first.bytes.dropFirst(sent) }
    }
  }
}
