import SpellCore
import SpellTables

/// A kind of file that a session is exported as, known by its extension.
package struct ExportFormat: Sendable {
  let fileExtension: String
  let write: @Sendable (SessionRecord, any OutputTarget) throws -> Void

  /// The list of kinds. Each is a file of this folder.
  static let all = [
    ExportFormat(fileExtension: "spell", write: ScriptExport.write),
    ExportFormat(fileExtension: "md", write: MarkdownExport.write),
    ExportFormat(fileExtension: "ipynb", write: NotebookExport.write),
  ]

  /// The kind of a path; throws for an extension that stands for none.
  package static func of(path: String) throws(SpellError) -> ExportFormat {
    let fileExtension = PathParts.fileExtension(of: path)
    guard let format = all.first(where: { $0.fileExtension == fileExtension }) else {
      throw ExportMessages.unknownExtension(path)
    }
    return format
  }

  /// Writes a record to a file, which appears whole or not at all.
  package func export(
    _ record: SessionRecord, to path: String, overwrite: Bool, cancellation: Cancellation?
  ) throws {
    let file = try OutputFile(path: path, overwrite: overwrite, cancellation: cancellation)
    try write(record, file.target)
    try file.commit()
  }
}
