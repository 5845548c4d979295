import SpellCore
import SpellDatabases

extension DatabaseError {
  /// The error that ends the statement, in the engine's own words.
  package var spellError: SpellError {
    let notes = sql.map { ["the SQL was: \($0)"] } ?? []
    let diagnostic = Diagnostic(
      code: kind == .interrupted ? "interrupted" : "database",
      kind == .interrupted ? "the statement was interrupted" : "\(engine): \(message) [\(code)]",
      notes: kind == .statement ? notes : [], help: help)
    return switch kind {
    case .connection: SpellError(.connection, diagnostic)
    case .statement: SpellError(.statement, diagnostic)
    case .interrupted: SpellError(.interrupted, diagnostic)
    }
  }
}
