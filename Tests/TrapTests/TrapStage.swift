import TestSupport
import Testing

/// A folder with metadata and labels, a database on each of several engines, and the product run on all of them under
/// every strategy.
final class TrapStage {
  let folder: TemporaryFolder
  private let engines: [(engine: TestEngine, url: String)]
  /// For metadata that only some runs have.
  private let otherFolder: TemporaryFolder
  /// Whether some row of `f` has a created time.
  private let hasCreated: Bool

  /// Sets up the tables (in SQLite's `data.db`), `metadata.yml` (an engine document is put first) and `labels.csv`.
  init(
    sql: String, metadata: String, labels: String? = nil, hasCreated: Bool = true,
    on engines: [TestEngine] = TestEngine.allCases
  ) throws {
    folder = try TemporaryFolder()
    otherFolder = try TemporaryFolder()
    self.engines = try TestEngine.make("data.db", in: folder, script: sql, on: engines)
    self.hasCreated = hasCreated
    try folder.write("metadata.yml", "kind: engine\nurl: sqlite:///data.db\n---\n" + metadata)
    if let labels { try folder.write("labels.csv", labels) }
  }

  /// One entity `k` and one group `f` with key `k`, event `t`, created `c` and the feature `v`; labels have `k`, `at`.
  ///
  /// `group` holds further lines of the group's document, `columns` the SQL types where they matter.
  convenience init(
    _ rows: [String], labels: [String], group: [String] = [], keyType: String = "str", valueType: String = "int",
    columns: String = "k TEXT, t TEXT, c TEXT, v INTEGER", on engines: [TestEngine] = TestEngine.allCases
  ) throws {
    let inserts = rows.map { "INSERT INTO f VALUES (\($0));" }
    let metadata = """
      kind: entity
      name: k
      value_type: \(keyType)
      ---
      kind: group
      name: f
      entity: k
      event_timestamp_column: t
      create_timestamp_column: c
      \((group + ["features: [{name: v, value_type: \(valueType)}]"]).joined(separator: "\n"))
      """
    let names = columns.split(separator: ",").map { $0.split(separator: " ").first }
    let index = names.contains("k") && names.contains("t") ? "CREATE INDEX f_k_t ON f (k, t);\n" : ""
    try self.init(
      sql: "CREATE TABLE f (\(columns));\n\(index)" + inserts.joined(separator: "\n"), metadata: metadata,
      labels: (["k,at"] + labels).joined(separator: "\n") + "\n",
      hasCreated: rows.contains { $0.split(separator: ", ").dropFirst(2).first != "NULL" }, on: engines)
  }

  /// Runs one statement on every engine under every strategy, which must all agree on output and match report; the run
  /// on the first engine under the first strategy.
  func run(
    _ statement: String, options: [String] = [], stdin: String = "", environment: [String: String] = [:],
    strategies: [String] = Spellbook.strategies
  ) throws -> CommandRun {
    let runs = try everyRun(
      statement, options: options, stdin: stdin, environment: environment, strategies: strategies)
    for other in runs.dropFirst() {
      #expect(
        other.run.status == runs[0].run.status && other.run.outputBytes == runs[0].run.outputBytes,
        "\(other.name) differs: \(other.run.summary)\n--- from\n\(runs[0].run.summary)")
      // A seek does not see why a label has no match.
      let isSeek = other.name.hasSuffix("seek")
      #expect(
        isSeek
          ? other.report?.withoutUnseenReasons == runs[0].report?.withoutUnseenReasons
          : other.report == runs[0].report, "\(other.name) reports otherwise")
    }
    return runs[0].run
  }

  /// A run and the match report that it wrote, if it was asked for one.
  private typealias NamedRun = (name: String, run: CommandRun, report: JSONValue?)

  private func everyRun(
    _ statement: String, options: [String], stdin: String, environment: [String: String],
    strategies: [String] = Spellbook.strategies
  ) throws -> [NamedRun] {
    try engines.flatMap { engine, url in
      try strategies.map { strategy in
        let metadata = try metadata(for: statement, strategy: strategy)
        let run = try Spellbook.run(
          ["--metadata", metadata, "--engine", url] + options
            + ["-c", "SET strategy = \(strategy)", "-c", statement], in: folder, stdin: Array(stdin.utf8),
          environment: environment)
        return ("\(engine), \(strategy)", run, JSONValue((try? folder.read("report.json")) ?? "")?.withoutManner)
      }
    }
  }

  /// The metadata as it is by now. For a seek, which leaves groups with a created time alone, without that, if it makes
  /// no difference: a comment stands in its line, for messages name those behind it.
  private func metadata(for statement: String, strategy: String) throws -> String {
    guard strategy == "seek", !hasCreated, !statement.contains("KNOWN"), let text = try? folder.read("metadata.yml")
    else { return "metadata.yml" }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix("create_timestamp_column") ? "#" : line
    }
    return try otherFolder.write("metadata.yml", lines.joined(separator: "\n"))
  }

  /// The output of a statement that must succeed.
  func output(
    _ statement: String, options: [String] = [], stdin: String = "", environment: [String: String] = [:],
    strategies: [String] = Spellbook.strategies
  ) throws -> String {
    let run = try run(
      statement, options: options, stdin: stdin, environment: environment, strategies: strategies)
    guard run.status == 0 else { throw UnexpectedRun(run: run) }
    return run.output
  }

  /// The column `v` of a join with `labels.csv`, an unquoted empty field as `NULL`.
  func values(
    _ clauses: String = "AS OF at", options: [String] = [], environment: [String: String] = [:]
  ) throws -> [String] {
    let statement = "SELECT FEATURES f.v \(clauses) JOIN labels.csv"
    return try column("v", of: output(statement, options: options, environment: environment))
  }

  /// A column of a CSV text, an unquoted empty field as `NULL`; none when it is missing.
  func column(_ name: String, of text: String) -> [String] {
    (CSVText(text).column(name) ?? []).map { $0 ?? "NULL" }
  }

  /// The first statement's use of a group in the match report of a join that must succeed.
  func report(_ clauses: String = "AS OF at", group: String = "f") throws -> JSONValue? {
    let run = try run("SELECT FEATURES f.v \(clauses) JOIN labels.csv", options: ["--report", "report.json"])
    guard run.status == 0 else { throw UnexpectedRun(run: run) }
    let uses = JSONValue(try folder.read("report.json"))?["statements"]?.items.first?["uses"]?.items ?? []
    return uses.first { $0["group"]?.string == group }
  }

  /// A statement that must fail with a status, name all the words on standard error, print no data and leave the folder
  /// as it was.
  func refuses(
    _ statement: String, status: Int32 = 1, naming words: [String], options: [String] = [],
    environment: [String: String] = [:], location: SourceLocation = #_sourceLocation
  ) throws {
    let before = try FolderListing(folder.path)
    for (name, run, _) in try everyRun(statement, options: options, stdin: "", environment: environment) {
      #expect(run.status == status, "\(name): \(run.summary)", sourceLocation: location)
      for word in words {
        // Engines spell their types in their own case.
        #expect(
          run.errors.lowercased().contains(word.lowercased()), "\(name) does not name \(word)\n\(run.summary)",
          sourceLocation: location)
      }
      #expect(run.outputBytes.isEmpty, "\(name): \(run.summary)", sourceLocation: location)
    }
    #expect(try before.changes(to: FolderListing(folder.path)) == [], sourceLocation: location)
  }
}

extension JSONValue {
  /// A match report without what differs by strategy: its name, and how many rows it read.
  fileprivate var withoutManner: JSONValue {
    switch self {
    case .array(let items): return .array(items.map(\.withoutManner))
    case .object(var members):
      for name in ["strategy", "rows_read", "statement"] { members[name] = nil }
      return .object(members.mapValues(\.withoutManner))
    default: return self
    }
  }
}

extension JSONValue {
  /// A match report in which the reasons that only rows without an answer tell are one.
  fileprivate var withoutUnseenReasons: JSONValue {
    switch self {
    case .array(let items): return .array(items.map(\.withoutUnseenReasons))
    case .object(var members):
      if members["no_match"] != nil {
        let unseen = ["no_match", "unknown_key", "no_event", "only_in_the_future", "before_windows"]
        let sum = unseen.compactMap { members.removeValue(forKey: $0)?.int }.reduce(0, +)
        members["no_match"] = .number("\(sum)")
      }
      return .object(members.mapValues(\.withoutUnseenReasons))
    default: return self
    }
  }
}

/// A run that should have succeeded.
struct UnexpectedRun: Error, CustomStringConvertible {
  let run: CommandRun
  var description: String { run.summary }
}

/// The SQL values of a row of `f`; a time without a date is on 2024-01-01.
func row(_ key: String?, _ time: String?, _ value: String, created: String? = nil) -> String {
  let texts = [key, time.map(dated), created.map(dated)].map { text in text.map { "'\($0)'" } ?? "NULL" }
  return (texts + [value]).joined(separator: ", ")
}

/// A label line; a time without a date is on 2024-01-01.
func label(_ key: String, _ time: String) -> String { "\(key),\(time.isEmpty ? "" : dated(time))" }

private func dated(_ time: String) -> String { time.prefix(5).contains("-") ? time : "2024-01-01 \(time)" }
