import Glibc

/// What a folder holds, down to bytes and times, so that two moments can be compared.
///
/// The folders' own modification times are part of it: they tell of a file that was made and removed in between.
public struct FolderListing: Equatable, Sendable {
  /// A line per folder and file with path, kind, mode and modification time, and one per file with checksum and size.
  public let lines: [String]

  /// Lists a folder and all below it.
  ///
  /// Another process reads the files: closing a file drops every lock that this process holds on it, also those of an
  /// SQLite connection that a test keeps open.
  public init(_ folder: String) throws {
    let script = "find . -printf '%P %y %m %T@\\n' && find . -type f -exec cksum {} +"
    let run = try CommandRun.run("/bin/sh", ["-c", script], in: folder, environment: ["PATH": "/usr/bin:/bin"])
    guard run.status == 0 else { throw UnlistedFolder(folder: folder, run: run) }
    lines = run.output.split(separator: "\n").map(String.init).sorted()
  }

  /// The lines that only one of the two has, for a failure text; empty when they are equal.
  public func changes(to later: FolderListing) -> [String] {
    let before = Set(lines)
    let after = Set(later.lines)
    return lines.filter { !after.contains($0) }.map { "- \($0)" }
      + later.lines.filter { !before.contains($0) }.map { "+ \($0)" }
  }
}

/// A folder that could not be listed.
struct UnlistedFolder: Error {
  let folder: String
  let run: CommandRun
}

/// The names in a folder, sorted; none when it cannot be read.
public func folderEntries(_ path: String) -> [String] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}
