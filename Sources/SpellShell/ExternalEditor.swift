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
    // The command may have arguments of its own, as in `code --wait`.
    let status = ChildProcess.run("\(command) \"$1\"", arguments: [path])
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
}
