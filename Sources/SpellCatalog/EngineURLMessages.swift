import SpellCore

extension EngineURLProblem {
  /// For a URL of the metadata, or, without a location, of the command line or the environment.
  package func diagnostic(at location: SourceLocation?) -> Diagnostic {
    let (message, label, help): (String, String?, String?) =
      switch self {
      case .empty: ("the engine's URL names no database", nil, Self.forms)
      case .controlCharacter: ("the engine's URL holds a control character", nil, nil)
      case .unrecognised(let text): ("`\(text)` is no engine URL", nil, Self.forms)
      case .unknownScheme(let scheme):
        (
          "unknown engine `\(scheme)`",
          Suggestion.question(scheme, among: EngineURL.schemes), Self.forms
        )
      case .missingSlashes(let scheme): ("`//` is missing after `\(scheme):`", nil, Self.forms)
      case .rawCharacter(let character, let escaped):
        (
          "`\(character)` in the user's name or password of the URL is taken for something else", nil,
          "write it as \(escaped), or leave the password to ~/.pgpass or $PGPASSWORD"
        )
      case .host(let text):
        (
          "`\(text)` names a host, and SQLite has none", nil,
          "use three slashes for a relative path, four for an absolute one"
        )
      case .options: ("options after a SQLite path are not supported", nil, "remove `?` and what follows")
      case .memory: ("an in-memory database holds nothing to read", nil, "name a file")
      }
    return Diagnostic(code: "invalid-engine", message, at: location, label: label, help: help)
  }

  private static let forms =
    "expected sqlite:///relative.db, sqlite:////absolute.db, sqlite:path, a path that ends in "
    + ".db, .sqlite or .sqlite3, postgresql://host/database, or host=… dbname=…"
}
