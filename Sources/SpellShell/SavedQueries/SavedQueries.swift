import Glibc
import SpellCore
import SpellTables

/// The saved queries of a project, in `queries` beside its metadata, and those of the user. A project's come first.
package struct SavedQueries {
  static let fileExtension = "spell"
  /// Bytes of a file, and entries of a folder that are looked at.
  private static let mostBytes = 1 << 20
  private static let mostEntries = 10_000
  private static let longestName = 100

  private let folders: [(owner: SavedQuery.Owner, path: String)]

  /// `metadataPaths` are files and folders of metadata.
  package init(metadataPaths: [String], environment: (String) -> String?) {
    var folders: [(owner: SavedQuery.Owner, path: String)] = []
    for path in metadataPaths {
      let folder = SavedQueries.isFolder(path) ? path : PathParts.split(path).folder
      let queries = PathParts.join(folder == "." ? "" : folder, "queries")
      if !folders.contains(where: { $0.path == queries }) { folders.append((.project, queries)) }
    }
    if let folder = UserFolder.data.path(environment: environment) { folders.append((.user, folder + "/queries")) }
    self.folders = folders
  }

  /// Letters, digits, `_` and `-`, the first being no `-`: a name is a file's, a word of a command and one of a shell.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= longestName && !text.hasPrefix("-")
      && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
  }

  /// Where a query of the project or the user is kept; nil if there is no such folder.
  func path(of name: String, _ owner: SavedQuery.Owner) -> String? {
    folders.first { $0.owner == owner }.map { PathParts.join($0.path, "\(name).\(Self.fileExtension)") }
  }

  /// The names, in order, each once.
  package var names: [String] { Array(Set(folders.flatMap { names(in: $0.path) })).sorted() }

  private func names(in folder: String) -> [String] {
    (Folder.entries(of: folder, limit: Self.mostEntries) ?? []).compactMap { entry in
      let suffix = ".\(Self.fileExtension)"
      guard !entry.isFolder, entry.name.hasSuffix(suffix) else { return nil }
      let name = String(entry.name.dropLast(suffix.count))
      return Self.isName(name) ? name : nil
    }
  }

  /// The first query of a name. Throws if there is none, or its file cannot be read.
  package func query(_ name: String, at location: SourceLocation?) throws -> SavedQuery {
    for (owner, folder) in folders {
      let path = PathParts.join(folder, "\(name).\(Self.fileExtension)")
      guard Self.isName(name), let stamp = FileStamp(path: path), !Self.isFolder(path) else { continue }
      guard stamp.size <= Self.mostBytes else {
        throw SavedQueryMessages.tooLarge(path, limit: Self.mostBytes, at: location)
      }
      do {
        let source = SourceText(name: path, bytes: try ByteSource(path: path).readAll())
        return SavedQuery(name: name, path: path, owner: owner, source: source)
      } catch let error as SpellError {
        throw location.map { error.located(at: $0) } ?? error
      }
    }
    throw SavedQueryMessages.unknownQuery(name, known: names, folders: folders.map(\.path), at: location)
  }

  // MARK: - Changing

  /// Keeps statements under a name; returns the path. The file appears whole or not at all.
  func save(
    _ statements: String, as name: String, _ owner: SavedQuery.Owner, description: String, overwrite: Bool
  ) throws -> String {
    guard let path = path(of: name, owner) else { throw SavedQueryMessages.noFolder(owner) }
    let folder = PathParts.split(path).folder
    guard Folder.make(folder, mode: owner == .user ? 0o700 : 0o777) else {
      throw SavedQueryMessages.noFolderMade(folder, code: errno)
    }
    let file = try OutputFile(path: path, overwrite: overwrite)
    try withBytes(of: SavedQuery.text(of: statements, description: description)) { try file.target.write($0) }
    try file.commit()
    return path
  }

  /// Removes a query's file; returns its path, or nil if there is none.
  func drop(_ name: String, _ owner: SavedQuery.Owner) throws -> String? {
    guard let path = path(of: name, owner), FileStamp(path: path) != nil else { return nil }
    guard unlink(path) == 0 else { throw SavedQueryMessages.notRemoved(path, code: errno) }
    return path
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
