import Glibc
import SpellTables

/// A command of the user's, run on the terminal of the shell.
enum ChildProcess {
  /// Runs a line of `sh`, whose `$1` and following are the arguments, to its end. With an input, that is its standard
  /// input; a command that does not read to the end is no fault. Returns its exit status, 128 plus the number of its
  /// signal, or 127 if it cannot be started.
  static func run(_ line: String, arguments: [String] = [], input: [UInt8]? = nil) -> Int32 {
    var ends: [Int32] = [-1, -1]
    if input != nil {
      guard pipe(&ends) == 0 else { return 127 }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    guard let child = start(line, arguments, input: input == nil ? nil : ends[0]) else {
      for end in ends where end >= 0 { close(end) }
      return 127
    }
    if let input {
      close(ends[0])
      input.withUnsafeBufferPointer { try? DescriptorTarget(descriptor: ends[1], name: line).write($0) }
      close(ends[1])
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      if errno != EINTR { return 127 }
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  private static func start(_ line: String, _ arguments: [String], input: Int32?) -> pid_t? {
    // The shell ignores closed pipes; the command need not.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
    let words = (["sh", "-c", line, "sh"] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child: pid_t = 0
    return posix_spawn(&child, "/bin/sh", &actions, &attributes, words, environ) == 0 ? child : nil
  }
}
