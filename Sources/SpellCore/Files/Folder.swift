import Glibc

/// What is in a folder.
package enum Folder {
  package struct Entry {
    package let name: String
    /// Whether it is itself a folder; false for a link to one.
    package let isFolder: Bool
    /// Whether it may be a link.
    package let isLink: Bool
  }

  /// The entries in no order, `.` and `..` left out, up to a limit.
  ///
  /// Nil, with the reason in `errno`, if the folder cannot be listed.
  package static func entries(of path: String, limit: Int = .max) -> [Entry]? {
    guard let stream = opendir(path) else { return nil }
    defer { closedir(stream) }
    var entries: [Entry] = []
    while entries.count < limit, let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      let type = Int(entry.pointee.d_type)
      let isLink = type == Int(DT_LNK) || type == Int(DT_UNKNOWN)
      entries.append(Entry(name: name, isFolder: type == Int(DT_DIR), isLink: isLink))
    }
    return entries
  }

  /// Names for a suggestion, in order: all of them, unless the folder is huge. Nil if it cannot be listed.
  package static func candidates(in path: String) -> [String]? {
    entries(of: path, limit: 10_000)?.map(\.name).sorted()
  }

  /// Makes a folder and those above it that are missing; false, with the reason in `errno`, if that cannot be done.
  package static func make(_ path: String, mode: mode_t) -> Bool {
    if mkdir(path, mode) == 0 || errno == EEXIST { return true }
    let parent = PathParts.split(path).folder
    guard errno == ENOENT, parent != path, make(parent, mode: mode) else { return false }
    return mkdir(path, mode) == 0 || errno == EEXIST
  }
}
