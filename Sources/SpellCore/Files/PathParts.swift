/// Paths taken apart and put together, as text.
package enum PathParts {
  /// The folder (`.` or `/` where none is written) and the name in it; the name is empty after a final slash.
  package static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let folder = slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.utf8.index(after: slash)...]))
  }

  /// A name in a folder; the name alone if the folder is empty or the name is absolute.
  package static func join(_ folder: String, _ name: String) -> String {
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
