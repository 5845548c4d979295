import Glibc

/// Paths taken apart and put together, as text.
package enum PathParts {
  /// The folder (`.` or `/` where none is written) and the name in it; the name is empty after a final slash.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let folder = slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.utf8.index(after: slash)...]))
  }

  /// A name in a folder; the name alone if the folder is empty or the name is absolute.
  static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty || name.hasPrefix("/") { return name }
    return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// The lower-case text after the last dot of the name; nil without one, or if the dot begins the name.
  package static func fileExtension(of path: String) -> String? {
    let name = split(path).name
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.utf8.startIndex else { return nil }
    return String(name[name.utf8.index(after: dot)...]).lowercased()
  }
}

/// Names of the files in a folder.
enum FolderListing {
  /// More names than this are not read: a suggestion is no reason to list a huge folder.
  private static let limit = 10_000

  /// The names, in no order; nil if the folder cannot be listed.
  static func names(in folder: String) -> [String]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    while names.count < limit, let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
