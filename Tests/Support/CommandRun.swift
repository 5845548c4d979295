import Glibc
import Synchronization

/// One finished run of a program: what it printed and how it ended.
public struct CommandRun: Sendable {
  /// The program and its arguments, for failure texts.
  public let words: [String]
  /// The bytes of standard output.
  public let outputBytes: [UInt8]
  /// The bytes of standard error.
  public let errorBytes: [UInt8]
  /// The exit status, or nil when a signal ended the program.
  public let status: Int32?
  /// The signal that ended the program, if one did.
  public let signal: Int32?
  /// True when the program was killed at its deadline.
  public let timedOut: Bool

  /// Standard output as text.
  public var output: String { String(decoding: outputBytes, as: UTF8.self) }
  /// Standard error as text.
  public var errors: String { String(decoding: errorBytes, as: UTF8.self) }

  /// Everything about the run, for a failure text.
  public var summary: String {
    let ending = timedOut ? "killed at its deadline" : status.map { "exit \($0)" } ?? "signal \(signal ?? 0)"
    return """
      \(words.joined(separator: " "))
      \(ending)
      --- stdout
      \(output)
      --- stderr
      \(errors)
      """
  }

  /// Runs the program at an absolute path to its end, or to the deadline, when it is killed. Nothing of the environment
  /// is inherited; `stdin` is all that the program can read.
  public static func run(
    _ program: String, _ arguments: [String], in folder: String, environment: [String: String], stdin: [UInt8] = [],
    deadlineSeconds: Double = 30
  ) throws -> CommandRun {
    let running = try RunningCommand(program, arguments, in: folder, environment: environment, stdin: stdin)
    return running.finish(deadlineSeconds: deadlineSeconds)
  }
}

/// A program that runs beside its test, which may send it signals. It is killed with the object, unless it has ended.
public final class RunningCommand {
  private let words: [String]
  private let child: pid_t
  private var exchange: Exchange
  private var hasEnded = false

  /// Starts a program; see `CommandRun.run`. What it prints is taken while somebody waits.
  public init(
    _ program: String, _ arguments: [String], in folder: String, environment: [String: String], stdin: [UInt8] = []
  ) throws {
    ignoreBrokenPipes
    words = [program] + arguments
    (child, exchange) = try spawning.withLock { _ in
      let (input, output, errors) = (try Pipe(), try Pipe(), try Pipe())
      let child = try spawn(program, arguments, in: folder, environment, [input.read, output.write, errors.write])
      input.closeRead()
      output.closeWrite()
      errors.closeWrite()
      return (child, Exchange(input: input, output: output, errors: errors, pending: stdin))
    }
  }

  deinit {
    if hasEnded { return }
    kill(child, SIGKILL)
    _ = reap(child, deadline: 0)
  }

  /// Sends a signal to the program.
  public func signal(_ number: Int32) { kill(child, number) }

  /// Waits for the end of the program, which is killed at the deadline.
  public func finish(deadlineSeconds: Double = 30) -> CommandRun {
    let deadline = now() + deadlineSeconds
    let finished = exchange.pump(until: deadline)
    if !finished { kill(child, SIGKILL) }
    let (ending, killed) = reap(child, deadline: deadline)
    hasEnded = true
    return CommandRun(
      words: words, outputBytes: exchange.collected[0], errorBytes: exchange.collected[1],
      status: ending & 0x7F == 0 ? (ending >> 8) & 0xFF : nil, signal: ending & 0x7F == 0 ? nil : ending & 0x7F,
      timedOut: !finished || killed)
  }
}

/// A program that could not be started.
public struct SpawnFailure: Error, CustomStringConvertible {
  /// The program's path.
  public let program: String
  /// The `errno` of the call.
  public let code: Int32
  /// The path and the system's message.
  public var description: String { "\(program) cannot be started: \(String(cString: strerror(code)))" }
}

/// A write to a child that has gone must be an error here, not the end of the tests; children get the default back.
private let ignoreBrokenPipes: Void = { _ = Glibc.signal(SIGPIPE, SIG_IGN) }()

/// Held from the making of pipes to the start of their child: else another child, started between, could inherit an end
/// before it is marked, and keep it open.
private let spawning = Mutex(())

/// Seconds of the monotonic clock.
private func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// A pipe whose ends no other child inherits.
private final class Pipe {
  private(set) var read: Int32 = -1
  private(set) var write: Int32 = -1

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw FileFailure(path: "pipe", code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    read = ends[0]
    write = ends[1]
  }

  deinit {
    closeRead()
    closeWrite()
  }

  func closeRead() {
    if read >= 0 { close(read) }
    read = -1
  }

  func closeWrite() {
    if write >= 0 { close(write) }
    write = -1
  }
}

/// Feeds standard input and collects the two outputs at once, so that no full pipe stops the child.
private struct Exchange {
  let input: Pipe
  let output: Pipe
  let errors: Pipe
  let pending: [UInt8]
  var written = 0
  var collected: [[UInt8]] = [[], []]
  var block = [UInt8](repeating: 0, count: 65536)

  init(input: Pipe, output: Pipe, errors: Pipe, pending: [UInt8]) {
    self.input = input
    self.output = output
    self.errors = errors
    self.pending = pending
    _ = fcntl(input.write, F_SETFL, O_NONBLOCK)
    if pending.isEmpty { input.closeWrite() }
  }

  /// Works until both outputs have ended (true) or the deadline has passed (false).
  mutating func pump(until deadline: Double) -> Bool {
    while output.read >= 0 || errors.read >= 0 {
      var polls = [
        pollfd(fd: output.read, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors.read, events: Int16(POLLIN), revents: 0),
        pollfd(fd: input.write, events: Int16(POLLOUT), revents: 0),
      ]
      let remaining = deadline - now()
      guard remaining > 0 else { return false }
      guard poll(&polls, 3, Int32(min(remaining * 1000 + 1, 60_000))) > 0 else { continue }
      if polls[0].revents != 0 { collect(output, into: 0) }
      if polls[1].revents != 0 { collect(errors, into: 1) }
      if polls[2].revents != 0 { feed() }
    }
    return true
  }

  private mutating func collect(_ pipe: Pipe, into index: Int) {
    let count = read(pipe.read, &block, block.count)
    if count > 0 {
      collected[index].append(contentsOf: block[0..<count])
    } else if count == 0 || errno != EINTR {
      pipe.closeRead()
    }
  }

  private mutating func feed() {
    let count = pending[written...].withUnsafeBytes { write(input.write, $0.baseAddress, $0.count) }
    if count > 0 { written += count }
    let failed = count < 0 && errno != EAGAIN && errno != EINTR
    if failed || written == pending.count { input.closeWrite() }
  }
}

/// Starts a child whose standard descriptors are the three given. `env` changes the folder first, because the action
/// of Glibc for it is not visible to Swift.
private func spawn(
  _ program: String, _ arguments: [String], in folder: String, _ environment: [String: String], _ descriptors: [Int32]
) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (standard, descriptor) in descriptors.enumerated() {
    posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(standard))
  }

  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var defaults = sigset_t()
  sigemptyset(&defaults)
  // A shell lets what it runs in the background ignore the keys of the terminal.
  for number in [SIGPIPE, SIGINT, SIGQUIT] { sigaddset(&defaults, number) }
  posix_spawnattr_setsigdefault(&attributes, &defaults)
  // The threads on which tests run block all signals.
  var none = sigset_t()
  sigemptyset(&none)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

  let words = (["env", "-C", folder, program] + arguments).map { strdup($0) } + [nil]
  let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer { (words + variables).forEach { free($0) } }
  var child: pid_t = 0
  let code = posix_spawn(&child, "/usr/bin/env", &actions, &attributes, words, variables)
  guard code == 0 else { throw SpawnFailure(program: program, code: code) }
  return child
}

/// Waits for the child's end, killing it at the deadline: its wait status, and whether it was killed.
private func reap(_ child: pid_t, deadline: Double) -> (status: Int32, killed: Bool) {
  var status: Int32 = 0
  var killed = false
  while true {
    let done = waitpid(child, &status, killed ? 0 : WNOHANG)
    if done == child { return (status, killed) }
    if done < 0 && errno != EINTR { return (status, killed) }
    if done == 0 && now() > deadline {
      kill(child, SIGKILL)
      killed = true
    } else if done == 0 {
      usleep(500)
    }
  }
}
