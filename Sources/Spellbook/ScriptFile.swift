import SpellCore
import SpellTables

/// Texts of statements from outside.
package enum ScriptFile {
  /// Reads a script; `-` is standard input.
  package static func read(_ path: String, cancellation: Cancellation) throws -> SourceText {
    if path == "-" { return try standardInput(cancellation: cancellation) }
    do {
      return SourceText(name: path, bytes: try ByteSource(path: path, cancellation: cancellation).readAll())
    } catch let error as SpellError where error.kind == .statement {
      throw error.asUsage
    }
  }

  /// Everything on standard input.
  package static func standardInput(cancellation: Cancellation) throws -> SourceText {
    let name = "<stdin>"
    return SourceText(
      name: name, bytes: try ByteSource(standardInput: name, cancellation: cancellation).readAll())
  }
}
