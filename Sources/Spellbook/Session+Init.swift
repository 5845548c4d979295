import SpellCatalog
import SpellCore
import SpellDatabases
import SpellExecution
import SpellTables

/// `spellbook init`.
extension Session {
  /// Writes metadata made up from the schema of the database: to a file that appears whole or not at all, or where
  /// results go.
  package func writeStarterMetadata(to path: String?, overwrite: Bool) throws {
    guard let path, path != "-" else { return try write(starterMetadata(inFolder: ".")) }
    try OutputFile.check(path: path, overwrite: overwrite)
    try checkTarget(path, sources: databaseFiles)
    let text = try starterMetadata(inFolder: PathParts.split(path).folder)
    let file = try OutputFile(path: path, overwrite: overwrite, cancellation: cancellation)
    try withBytes(of: text) { try file.target.write($0) }
    try file.commit()
    console.remark("\(VisibleText.escaped(path)): \(SessionMessages.nextAfterInit)\n")
  }

  /// The text of metadata that will lie in a folder.
  func starterMetadata(inFolder folder: String) throws -> String {
    let url = try engineURL
    beginProgress()
    defer { progress.clear() }
    do {
      let metadata = try StarterMetadata(of: try database(), progress: progress)
      return metadata.text(engine: url.text(forMetadataIn: folder), label: url.label)
    } catch let error as DatabaseError {
      throw error.spellError
    }
  }
}
