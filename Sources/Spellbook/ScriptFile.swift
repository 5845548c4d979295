import SpellCore
import SpellTables

/// Texts of statements from outside.
package enum ScriptFile {
  /// Reads a script; `-` is standard input.
  package static func read(_ path: String) throws -> SourceText {
    if path == "-" { return try standardInput() }
    return SourceText(name: path, bytes: try ByteSource(path: path).readAll())
  }

  /// Everything on standard input.
  package static func standardInput() throws -> SourceText {
    let name = "<stdin>"
    return SourceText(name: name, bytes: try ByteSource(standardInput: name).readAll())
  }
}
