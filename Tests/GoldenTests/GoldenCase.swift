import TestSupport

/// One `.spell` file under `Tests/Golden`: comments that name its world, statements, and what is expected of them.
///
///     -- What the case shows.
///     -- world: clock
///     -- options: --timezone +02:00
///     SELECT FEATURES score.value JOIN labels.csv;
///     --- rows
///     user,event_timestamp,value
struct GoldenCase {
  enum Section: String, CaseIterable {
    /// The statements as `--print` prints them.
    case tree
    /// Standard output of EXPLAIN.
    case plan
    /// Standard output of SHOW SQL on one engine; the rows are those of that SQL too.
    case sqliteSQL = "sql sqlite"
    case postgresqlSQL = "sql postgresql"
    /// Standard output, as CSV.
    case rows
    /// Standard error of a run that must fail.
    case error
    /// The match report in JSON.
    case report
  }

  /// A file that is no golden case.
  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  static let folder = "Tests/Golden"

  /// Every case, as paths from the top of the repository.
  static let paths = Checkout.files(under: folder).filter {
    $0.hasSuffix(".spell") && !$0.hasPrefix("\(folder)/worlds/")
  }

  let path: String
  let world: String
  /// Options of the command line besides those that every case has.
  let options: [String]
  /// Comments and statements: all before the first section, so that places in errors are those of the file.
  let script: String
  var sections: [(section: Section, text: String)]

  init(path: String) throws { try self.init(path: path, text: Checkout.text(path)) }

  init(path: String, text: String) throws {
    self.path = path
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    if lines.last?.isEmpty == true { lines.removeLast() }

    let head = lines.prefix { !$0.hasPrefix("--- ") }
    script = GoldenCase.joined(head)
    world = String(GoldenCase.header("world", in: head))
    options = GoldenCase.header("options", in: head).split(separator: " ").map(String.init)
    guard !world.isEmpty else { throw Malformed(description: "\(path) names no world") }

    sections = []
    lines = lines.dropFirst(head.count)
    while let line = lines.popFirst() {
      guard let section = Section(rawValue: String(line.dropFirst(4))) else {
        throw Malformed(description: "\(path) has an unknown section: \(line)")
      }
      guard !sections.contains(where: { $0.section == section }) else {
        throw Malformed(description: "\(path) has two sections: \(line)")
      }
      let body = lines.prefix { !$0.hasPrefix("--- ") }
      sections.append((section, GoldenCase.joined(body)))
      lines = lines.dropFirst(body.count)
    }
    guard !sections.isEmpty else { throw Malformed(description: "\(path) expects nothing") }
  }

  /// The name under which spellbook sees the script.
  var fileName: String { String(path.split(separator: "/").last ?? "case.spell") }

  /// The script with words such as EXPLAIN before its first statement, on the same line.
  func script(after words: String) -> String {
    var lines = script.split(separator: "\n", omittingEmptySubsequences: false)
    if let first = lines.firstIndex(where: { !$0.hasPrefix("--") }) { lines[first] = "\(words) " + lines[first] }
    return lines.joined(separator: "\n")
  }

  /// The file with the texts that the sections have now.
  var fileText: String { script + sections.map { "--- \($0.section.rawValue)\n\($0.text)" }.joined() }

  /// The value of a `-- name: value` comment; empty if there is none.
  private static func header(_ name: String, in lines: ArraySlice<Substring>) -> Substring {
    let prefix = "-- \(name): "
    return lines.first { $0.hasPrefix(prefix) }?.dropFirst(prefix.count) ?? ""
  }

  private static func joined(_ lines: ArraySlice<Substring>) -> String { lines.map { "\($0)\n" }.joined() }
}
