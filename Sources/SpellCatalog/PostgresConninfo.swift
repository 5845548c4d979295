import SpellCore

/// Connection strings of PostgreSQL, as far as they are looked at before libpq gets them: so that no part of a password
/// is taken for something else and shown, and for what SQLAlchemy writes otherwise.
enum PostgresConninfo {
  /// Keywords that a connection string may begin with.
  private static let keywords = [
    "host", "hostaddr", "port", "dbname", "user", "password", "passfile", "service", "application_name", "options",
    "target_session_attrs", "connect_timeout", "sslmode", "sslrootcert", "sslcert", "sslkey",
  ]

  /// Whether a text is `keyword=value …`.
  static func isKeywords(_ text: String) -> Bool {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
    let word = text[..<equals].split(separator: " ")
    return word.count == 1 && keywords.contains(String(word[0]))
  }

  /// The URL of what follows the scheme's colon, `//` first.
  static func url(_ rest: String) throws(EngineURLProblem) -> String {
    let body = rest.dropFirst(2)
    // libpq takes the name and password up to the first `@`, if no `/` comes before.
    let authority = body.prefix { $0 != "/" }
    let parts = authority.split(separator: "@", omittingEmptySubsequences: false)
    if parts.count > 2 { throw .rawCharacter("@", escaped: "%40") }
    if parts.count == 2 {
      guard areEscapesWhole(parts[0]) else { throw .rawCharacter("%", escaped: "%25") }
    } else if body.contains("@"), !hasPort(authority) {
      throw .rawCharacter("/", escaped: "%2F")
    }
    return "postgresql:" + withJoinedHosts(rest)
  }

  private static func areEscapesWhole(_ text: Substring) -> Bool {
    text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
      part.count >= 2 && part.prefix(2).allSatisfy(\.isHexDigit)
    }
  }

  /// Whether nothing but numbers follows the colons of hosts.
  private static func hasPort(_ authority: Substring) -> Bool {
    authority.split(separator: ",").allSatisfy { host in
      let port = host.split(separator: ":", omittingEmptySubsequences: false).last ?? ""
      return host.contains("]") || !host.contains(":") || port.allSatisfy(\.isNumber)
    }
  }

  /// SQLAlchemy writes several hosts as `?host=first:5432&host=second:5432`, libpq as `?host=first,second&port=…`.
  private static func withJoinedHosts(_ url: String) -> String {
    guard let question = url.firstIndex(of: "?") else { return url }
    let options = url[url.index(after: question)...].split(separator: "&")
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
      let words = conninfo.split(separator: " ")
      func value(_ keyword: String) -> Substring? {
        words.first { $0.hasPrefix("\(keyword)=") }?.dropFirst(keyword.count + 1)
      }
      return label(host: value("host") ?? "", database: value("dbname") ?? value("service") ?? "")
    }
    let body = conninfo.dropFirst("postgresql://".count).prefix { $0 != "?" }
    let authority = body.prefix { $0 != "/" }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    return label(host: host, database: body.dropFirst(authority.count + 1))
  }

  private static func label(host: Substring, database: Substring) -> String {
    // The folder of a socket says little.
    let parts = [host.hasPrefix("/") ? "" : host, database].filter { !$0.isEmpty }
    return parts.isEmpty ? "postgresql" : parts.joined(separator: "/")
  }
}
