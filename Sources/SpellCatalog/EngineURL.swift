import Glibc
import SpellCore

/// Which database to open.
package struct EngineURL: Sendable, Hashable, CustomStringConvertible {
  package enum Target: Sendable, Hashable {
    /// A path relative to the working directory, or an absolute one.
    case sqlite(path: String)
    /// A URL that starts with `postgresql://`, or keywords with values, for libpq. Holds the password.
    case postgresql(conninfo: String)
  }

  package var target: Target

  package init(_ target: Target) { self.target = target }

  /// For prompts and messages: never shows a password.
  package var description: String {
    switch target {
    case .sqlite(let path): SecretMask.hidden(in: path)
    case .postgresql(let conninfo): SecretMask.hidden(in: conninfo)
    }
  }

  /// The same text from every working directory, for the history. Never a secret.
  package var place: String {
    guard case .sqlite(let path) = target else { return description }
    var absolute = path
    if let resolved = realpath(path, nil) {
      absolute = String(cString: resolved)
      free(resolved)
    } else if !path.hasPrefix("/"), let folder = getcwd(nil, 0) {
      absolute = PathParts.join(String(cString: folder), path)
      free(folder)
    }
    return "sqlite:///" + SecretMask.hidden(in: absolute)
  }

  /// What prompts show: a file's name, or host and database. Never a secret.
  package var label: String {
    switch target {
    case .sqlite(let path): path.split(separator: "/").last.map(String.init) ?? path
    case .postgresql(let conninfo): PostgresConninfo.label(conninfo)
    }
  }

  /// As the metadata in a folder names the database; nil where that would show a password.
  package func text(forMetadataIn folder: String) -> String? {
    switch target {
    case .sqlite(let path):
      var reached = path
      if folder != ".", !path.hasPrefix("/"), let here = getcwd(nil, 0) {
        reached = PathParts.join(String(cString: here), path)
        free(here)
      }
      return (path.contains("?") ? "sqlite:" : "sqlite:///") + reached
    case .postgresql(let conninfo): return SecretMask.hidden(in: conninfo) == conninfo ? conninfo : nil
    }
  }

  /// Reads `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite:path`, a bare path that ends in `.db`, `.sqlite`
  /// or `.sqlite3`, `postgresql://…`, `postgres://…` and `host=… dbname=…`; a driver as in `postgresql+psycopg2://`
  /// says nothing. Nothing is percent-decoded in a path. A relative path is one of `folder`, if that is given.
  package static func parse(_ text: String, relativeTo folder: String?) throws(EngineURLProblem) -> EngineURL {
    guard !text.isEmpty else { throw .empty }
    guard !text.unicodeScalars.contains(where: VisibleText.isControl) else {
      throw .controlCharacter
    }
    if PostgresConninfo.isKeywords(text) { return EngineURL(.postgresql(conninfo: text)) }
    guard let (scheme, rest) = split(text) else {
      guard hasDatabaseSuffix(text) else { throw .unrecognised(SecretMask.hidden(in: text)) }
      return EngineURL(.sqlite(path: resolve(text, folder)))
    }
    switch scheme.prefix(while: { $0 != "+" }) {
    case "sqlite": return EngineURL(.sqlite(path: resolve(try path(of: rest), folder)))
    case "postgresql", "postgres":
      guard rest.starts(with: "//") else { throw .missingSlashes(scheme: scheme) }
      return EngineURL(.postgresql(conninfo: try PostgresConninfo.url(rest)))
    default: throw .unknownScheme(scheme)
    }
  }

  /// The schemes that `parse` takes, for suggestions.
  static let schemes = ["sqlite", "postgresql", "postgres"]

  /// The lower-case scheme and what follows its colon. Only a known scheme may do without `//`, as a path may hold a
  /// colon.
  private static func split(_ text: String) -> (scheme: String, rest: String)? {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let scheme = text[..<colon].lowercased()
    let rest = String(text[text.utf8.index(after: colon)...])
    let isWord = scheme.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || "+-._".utf8.contains($0)
    }
    guard isWord, !scheme.isEmpty else { return nil }
    guard rest.starts(with: "//") || schemes.contains(String(scheme.prefix { $0 != "+" })) else { return nil }
    return (scheme, rest)
  }

  /// The path of what follows `sqlite:`.
  private static func path(of rest: String) throws(EngineURLProblem) -> String {
    var path = rest
    if rest.starts(with: "//") {
      path = String(rest.dropFirst(2))
      if path.isEmpty { throw .memory }
      guard path.starts(with: "/") else { throw .host(SecretMask.hidden(in: "sqlite:" + rest)) }
      path.removeFirst()
      if path.contains("?") { throw .options }
      if path.isEmpty { throw .memory }
    }
    if path == ":memory:" { throw .memory }
    guard !path.isEmpty else { throw .empty }
    return path
  }

  private static func resolve(_ path: String, _ folder: String?) -> String {
    guard let folder, folder != "." else { return path }
    return PathParts.join(folder, path)
  }

  private static func hasDatabaseSuffix(_ text: String) -> Bool {
    let text = text.lowercased()
    return [".db", ".sqlite", ".sqlite3"].contains { text.hasSuffix($0) }
  }
}

/// Why a text names no database. Holds no password.
package enum EngineURLProblem: Error, Sendable, Equatable {
  case empty
  case controlCharacter
  /// Neither a URL nor a path with one of the known endings.
  case unrecognised(String)
  case unknownScheme(String)
  /// `postgresql:` without `//`.
  case missingSlashes(scheme: String)
  /// A character of the user's name or password that would be taken for the end of it, and how it is written.
  case rawCharacter(String, escaped: String)
  /// `sqlite://name` names a host, which SQLite has none.
  case host(String)
  /// `?` and options after a SQLite path.
  case options
  /// An in-memory database, which holds nothing to read.
  case memory
}
