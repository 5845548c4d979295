import SpellCore

/// Connection strings of PostgreSQL, as far as they are looked at before libpq gets them: so that no part of a password
/// is taken for something else and shown, and for what SQLAlchemy writes otherwise.
///
/// As libpq does, scalars are looked at and not characters: a mark that combines with an `@` must not hide it.
enum PostgresConninfo {
  /// Keywords that a connection string may begin with.
  private static let keywords = [
    "host", "hostaddr", "port", "dbname", "user", "password", "passfile", "service", "application_name", "options",
    "target_session_attrs", "connect_timeout", "sslmode", "sslrootcert", "sslcert", "sslkey",
  ]

  /// Whether a text is `keyword=value …`.
  static func isKeywords(_ text: String) -> Bool {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
    let word = text[..<equals].parts(between: " ", keepsEmpty: false)
    return word.count == 1 && keywords.contains(String(word[0]))
  }

  /// The URL of what follows the scheme's colon, `//` first.
  static func url(_ rest: String) throws(EngineURLProblem) -> String {
    let body = rest.dropFirst(2)
    // libpq takes the name and password up to the first `@`, if no `/` comes before.
    let authority = body.beginning(before: "/")
    let parts = authority.parts(between: "@")
    if parts.count > 2 { throw .rawCharacter("@", escaped: "%40") }
    if parts.count == 2 {
      guard areEscapesWhole(parts[0]) else { throw .rawCharacter("%", escaped: "%25") }
    } else if body.unicodeScalars.contains("@"), !hasPort(authority) {
      throw .rawCharacter("/", escaped: "%2F")
    }
    return "postgresql:" + withJoinedHosts(rest)
  }

  private static func areEscapesWhole(_ text: Substring) -> Bool {
    text.parts(between: "%").dropFirst().allSatisfy { part in
      part.utf8.count >= 2 && part.unicodeScalars.prefix(2).allSatisfy(\.properties.isASCIIHexDigit)
    }
  }

  /// Whether nothing but numbers follows the colons of hosts.
  private static func hasPort(_ authority: Substring) -> Bool {
    authority.parts(between: ",", keepsEmpty: false).allSatisfy { host in
      let port = host.parts(between: ":").last ?? ""
      let scalars = host.unicodeScalars
      return scalars.contains("]") || !scalars.contains(":") || port.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
  }

  /// SQLAlchemy writes several hosts as `?host=first:5432&host=second:5432`, libpq as `?host=first,second&port=…`.
  private static func withJoinedHosts(_ url: String) -> String {
    guard let question = url.unicodeScalars.firstIndex(of: "?") else { return url }
    let options = url[url.unicodeScalars.index(after: question)...].parts(between: "&", keepsEmpty: false)
    let hosts = options.filter { $0.hasPrefix("host=") }.map { $0.dropFirst(5) }
    guard hosts.count > 1 || hosts.contains(where: { !$0.hasPrefix("/") && $0.contains(":") }) else { return url }
    let pairs = hosts.map { $0.split(separator: ":", maxSplits: 1) }
    let names = pairs.map { $0.first ?? "" }.joined(separator: ",")
    let ports = pairs.map { $0.count == 2 ? $0[1] : "5432" }.joined(separator: ",")
    let others = options.filter { !$0.hasPrefix("host=") }
    return url[...question] + (others + ["host=\(names)", "port=\(ports)"]).joined(separator: "&")
  }

  /// Host and database, as far as the text names them.
  static func label(_ conninfo: String) -> String {
    guard conninfo.hasPrefix("postgresql://") else {
      let words = conninfo[...].parts(between: " ", keepsEmpty: false)
      func value(_ keyword: String) -> Substring? {
        words.first { $0.hasPrefix("\(keyword)=") }?.dropFirst(keyword.count + 1)
      }
      return label(host: value("host") ?? "", database: value("dbname") ?? value("service") ?? "")
    }
    let body = conninfo.dropFirst("postgresql://".count).beginning(before: "?")
    let authority = body.beginning(before: "/")
    let host = authority.parts(between: "@").last ?? ""
    return label(host: host, database: body[authority.endIndex...].droppingFirstScalar)
  }

  private static func label(host: Substring, database: Substring) -> String {
    // The folder of a socket says little.
    let parts = [host.hasPrefix("/") ? "" : host, database].filter { !$0.isEmpty }
    return parts.isEmpty ? "postgresql" : parts.joined(separator: "/")
  }
}

extension Substring {
  /// What stands before the first of a scalar; all without one.
  fileprivate func beginning(before mark: Unicode.Scalar) -> Substring {
    self[..<(unicodeScalars.firstIndex(of: mark) ?? endIndex)]
  }

  fileprivate func parts(between mark: Unicode.Scalar, keepsEmpty: Bool = true) -> [Substring] {
    unicodeScalars.split(separator: mark, omittingEmptySubsequences: !keepsEmpty).map { Substring($0) }
  }

  fileprivate var droppingFirstScalar: Substring { Substring(unicodeScalars.dropFirst()) }
}
