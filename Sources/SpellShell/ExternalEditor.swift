import Glibc
import SpellCore
import SpellTables
import Spellbook

/// The editor of `$VISUAL` or `$EDITOR`, else `vi`, on a temporary file.
enum ExternalEditor {
  enum Outcome {
    case changed(String)
    case unchanged
    /// What went wrong, as a sentence.
    case failed(String)
  }

  /// Lets the user edit a text; returns when the editor ends.
  static func edit(_ text: String) -> Outcome {
    let command = ["VISUAL", "EDITOR"].compactMap(Environment.value).first { !$0.isEmpty } ?? "vi"
    guard let path = write(text) else { return .failed(ShellMessages.noTemporaryFile(code: errno)) }
    defer { unlink(path) }
    let status = run(command, on: path)
    if status != 0 { return .failed(ShellMessages.editorFailed(command, status: status)) }
    guard let bytes = try? ByteSource(path: path).readAll() else {
      return .failed(ShellMessages.noTemporaryFile(code: errno))
    }
    let edited = String(decoding: bytes, as: UTF8.self)
    return edited == text + "\n" || edited == text ? .unchanged : .changed(edited)
  }

  /// The path of a new file that only the user can read; nil, with `errno`, if it cannot be written.
  private static func write(_ text: String) -> String? {
    let folder = Environment.value("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let suffix = ".spell"
    var path = Array("\(folder)/spellbook-XXXXXX\(suffix)".utf8CString)
    let descriptor = mkstemps(&path, Int32(suffix.utf8.count))
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do {
      try withBytes(of: text + "\n") { try DescriptorTarget(descriptor: descriptor, name: name).write($0) }
      return name
    } catch {
      unlink(name)
      return nil
    }
  }

  /// Runs the command on the terminal of the shell: its exit status, or 128 plus the number of its signal.
  private static func run(_ command: String, on path: String) -> Int32 {
    // The shell ignores closed pipes; the editor need not.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    // The command may have arguments of its own, as in `code --wait`.
    let arguments = ["sh", "-c", "\(command) \"$1\"", "sh", path]
    let words = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, "/bin/sh", nil, &attributes, words, environ)
    guard code == 0 else { return 127 }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      if errno != EINTR { return 127 }
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}
