import Glibc
import TestSupport
import Testing

/// Wrong names, files and places: an error that names the thing and the place, the right exit code, and nothing
/// half-written.
@Suite struct BadInputTests {
  private let join = "SELECT FEATURES f.v AS OF at JOIN labels.csv"

  private func stage(
    _ labels: [String] = [label("a", "11:00")], keyType: String = "str", on engines: [TestEngine] = TestEngine.allCases
  ) throws -> TrapStage {
    try TrapStage(
      keyType == "str" ? [row("a", "10:00", "1")] : ["1, '2024-01-01', NULL, 1"], labels: labels, keyType: keyType,
      columns: "k \(keyType == "str" ? "TEXT" : "INTEGER"), t TEXT, c TEXT, v INTEGER", on: engines)
  }

  @Test("an unknown feature, group or option is named, with what exists nearby")
  func unknownNames() throws {
    let stage = try TrapStage(
      sql: "CREATE TABLE spending (k TEXT, t TEXT, average INTEGER);",
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - kind: group
          name: spending
          entity: k
          event_timestamp_column: t
          features: [{name: average, value_type: int}]
        """, labels: "k,at\na,2024-01-01\n")
    func refuses(_ items: String, _ words: [String]) throws {
      try stage.refuses("SELECT FEATURES \(items) AS OF at JOIN labels.csv INTO 'out.csv'", naming: words)
    }
    try refuses("spending.averige", ["averige", "average", ":1:26"])
    try refuses("spendin.average", ["spendin", "spending", ":1:17"])
    try refuses("averag", ["averag", "average", ":1:17"])
    try refuses("spending.* EXCEPT (averages)", ["averages", "average"])
    try refuses("average, nothing_like_it", ["nothing_like_it"])
  }

  @Test("several wrong names of one statement are reported in one run")
  func severalProblems() throws {
    try stage().refuses("SELECT FEATURES f.first, f.second AS OF at JOIN labels.csv", naming: ["first", "second"])
  }

  @Test("an ambiguous name lists its choices")
  func ambiguousName() throws {
    let stage = try TrapStage(
      sql: "CREATE TABLE a (k TEXT, v INTEGER); CREATE TABLE b (k TEXT, v INTEGER);",
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: a, entity: k, features: [{name: v, value_type: int}]}
        - {kind: group, name: b, entity: k, features: [{name: v, value_type: int}]}
        """, labels: "k\nx\n")
    try stage.refuses("SELECT FEATURES v JOIN labels.csv INTO 'out.csv'", naming: ["a.v", "b.v"])
  }

  @Test("a wrong label column is named, with what exists nearby")
  func wrongLabelColumn() throws {
    let stage = try stage()
    try stage.folder.write("labels.csv", "k,scheduled_at\na,2024-01-02\n")
    try stage.refuses(
      "SELECT FEATURES f.v AS OF sheduled_at JOIN labels.csv INTO 'out.csv'", naming: ["sheduled_at", "scheduled_at"])
    try stage.refuses(
      "SELECT FEATURES f.v AS OF scheduled_at JOIN labels.csv ON k = kk INTO 'out.csv'", naming: ["kk"])
    try stage.folder.write("labels.csv", "key,scheduled_at\na,2024-01-02\n")
    try stage.refuses(
      "SELECT FEATURES f.v AS OF scheduled_at JOIN labels.csv INTO 'out.csv'", naming: ["labels.csv", "k", "ON"])
  }

  @Test("a ragged line, an unparsable time and an overflowing key are named with their line, also late in a file")
  func badLines() throws {
    let good = Array(repeating: label("1", "11:00"), count: 50_000)
    for (line, words) in [
      ("1", ["labels.csv:50002"]), ("1,x,y", ["labels.csv:50002"]), ("1,soon", ["labels.csv:50002", "soon", "at"]),
      ("9223372036854775808,2024-01-01", ["labels.csv:50002", "9223372036854775808", "k"]),
    ] {
      try stage(good + [line, good[0]], keyType: "int").refuses(join + " INTO 'out.csv'", naming: words)
      // The same to standard output: not one line of data before the error.
      try stage(good + [line, good[0]], keyType: "int").refuses(join, naming: words)
    }
  }

  @Test("an empty, a missing or no regular label file is an error that names it")
  func labelFiles() throws {
    let stage = try stage()
    try stage.folder.write("empty.csv", "")
    mkdir(stage.folder.file("folder.csv"), 0o755)
    for (path, word) in [("empty.csv", "empty"), ("lables.csv", "lables.csv"), ("folder.csv", "folder.csv")] {
      try stage.refuses("SELECT FEATURES f.v AS OF at JOIN \(path) INTO 'out.csv'", naming: [path, word])
    }
    try stage.refuses(
      "SELECT FEATURES f.v AS OF at JOIN 'no/such/folder.csv' INTO 'out.csv'", naming: ["no/such/folder.csv"])
  }

  @Test("a statement that does not parse is an error with a caret, and an unclosed quote is named at its opening")
  func syntax() throws {
    let stage = try stage()
    try stage.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv LIMT 5", naming: ["LIMT", "LIMIT", "^"])
    try stage.refuses("SELECT FEATURES f.v AS OF at JOIN 'labels.csv", naming: [":1:35", "^"])
    try stage.refuses("SELECT FEATURES", naming: [":1:"])
    try stage.refuses("DELETE FROM f", naming: ["DELETE"])
    try stage.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv LIMIT 1 LIMIT 2", naming: ["LIMIT"])
    try stage.refuses("SELECT FEATURES f.v KNOWN AT 'noon' AS OF at JOIN labels.csv", naming: ["noon"])
  }

  @Test("KNOWN on a group without a created column is an error that names the group")
  func knownWithoutCreated() throws {
    let stage = try TrapStage(
      sql: "CREATE TABLE g (k TEXT, t TEXT, v INTEGER);",
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: g, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
        """, labels: "k,at\na,2024-01-01\n")
    try stage.refuses("SELECT FEATURES g.v AS OF at KNOWN JOIN labels.csv INTO 'out.csv'", naming: ["g", "KNOWN"])
  }

  @Test("an output path that exists, is a folder or has no folder is an error, and the old file stays as it was")
  func outputPaths() throws {
    let stage = try stage()
    try stage.folder.write("out.csv", "precious\n")
    mkdir(stage.folder.file("folder.csv"), 0o755)
    try stage.refuses(join + " INTO 'out.csv'", naming: ["out.csv", "OVERWRITE"])
    try stage.refuses(join + " INTO 'folder.csv'", naming: ["folder.csv"])
    try stage.refuses(join + " INTO 'folder.csv' OVERWRITE", naming: ["folder.csv"])
    try stage.refuses(join + " INTO 'no/folder/out.csv'", naming: ["no/folder"])
    try stage.refuses(join + " INTO 'out.unknown'", naming: ["out.unknown"])
    try stage.refuses("SELECT FEATURES f.v AS OF nowhere JOIN labels.csv INTO 'out.csv' OVERWRITE", naming: ["nowhere"])
    #expect(try stage.output(join + " INTO 'out.csv' OVERWRITE") == "")
    #expect(try stage.folder.read("out.csv") == "k,at,v\na,2024-01-01 11:00,1\n")
  }

  @Test("OVERWRITE that fails on a late line leaves the old file as it was")
  func failedOverwrite() throws {
    let stage = try stage(Array(repeating: label("a", "11:00"), count: 50_000) + ["a,never"])
    try stage.folder.write("out.csv", "precious\n")
    try stage.refuses(join + " INTO 'out.csv' OVERWRITE", naming: ["labels.csv:50002"])
    #expect(try stage.folder.read("out.csv") == "precious\n")
  }

  @Test("a full device is an error, not a silent loss")
  func fullDevice() throws {
    guard access("/dev/full", W_OK) == 0 else { return }
    let stage = try stage(Array(repeating: label("a", "11:00"), count: 50_000))
    try stage.refuses(join + " FORMAT csv INTO '/dev/full'", naming: ["/dev/full"])
  }

  @Test("a database that is missing, a folder or no database is exit code 3, and is not created")
  func databases() throws {
    let stage = try stage()
    try stage.folder.write("text.db", String(repeating: "This is no database at all.\n", count: 100))
    mkdir(stage.folder.file("folder.db"), 0o755)
    for path in ["missing.db", "folder.db", "text.db", "no/such/folder.db"] {
      try stage.refuses(
        join + " INTO 'out.csv'", status: 3, naming: [path], options: ["--engine", "sqlite:///\(path)"])
      try stage.refuses(join + " INTO 'out.csv'", status: 3, naming: [path], options: ["--engine", path])
    }
  }

  @Test("an unknown engine is an error that names it, without the password")
  func unknownEngine() throws {
    let stage = try stage()
    let run = try stage.run(join, options: ["--engine", "mysql://me:hunter2@host/x"])
    #expect(run.status == 2 || run.status == 3, "\(run.summary)")
    #expect(run.errors.contains("mysql") && !run.errors.contains("hunter2"), "\(run.summary)")
    #expect(run.outputBytes.isEmpty)
  }

  @Test("a locked database is an error that says so")
  func lockedDatabase() throws {
    let stage = try stage(on: [.sqlite])
    let writer = try SQLiteFixture(stage.folder.file("data.db"))
    try writer.run("BEGIN EXCLUSIVE;")
    let before = try FolderListing(stage.folder.path)
    let run = try stage.run(join + " INTO 'out.csv'")
    #expect(run.status == 3 || run.status == 1, "\(run.summary)")
    #expect(run.errors.contains("locked") && run.errors.contains("data.db"), "\(run.summary)")
    #expect(try before.changes(to: FolderListing(stage.folder.path)) == [])
    try writer.run("ROLLBACK;")
    #expect(try stage.values() == ["1"])
  }

  @Test("no metadata, or metadata that is wrong, is exit code 2 with file, line and column")
  func metadata() throws {
    let stage = try stage()
    try stage.folder.write("metadata.yml", "kind: entity\nname: k\nvalue_tipe: str\n---\nkind: gruop\nname: f\n")
    try stage.refuses(
      join, status: 2, naming: ["metadata.yml:3:1", "value_tipe", "value_type", "metadata.yml:5:7", "gruop", "group"])
    unlink(stage.folder.file("metadata.yml"))
    try stage.refuses(join, status: 2, naming: ["metadata.yml"])
  }

  @Test(
    "wrong usage is exit code 2",
    arguments: [["--nonsense"], ["-c"], ["get", "meta", "nonsense"], ["-f", "no.spell"]])
  func usage(arguments: [String]) throws {
    let stage = try stage()
    let run = try Spellbook.run(arguments, in: stage.folder)
    // A script that cannot be read may count as a failed statement.
    #expect(run.status == 2 || (arguments[0] == "-f" && run.status == 1), "\(run.summary)")
    #expect(run.outputBytes.isEmpty && !run.errorBytes.isEmpty, "\(run.summary)")
  }

  @Test("a script stops at its first error; --keep-going goes on, and both exit with 1")
  func scripts() throws {
    let stage = try stage()
    let script = "SELECT FEATURES f.nothing AS OF at JOIN labels.csv; \(join) INTO 'out.csv';"
    try stage.refuses(script, naming: ["nothing"])
    let run = try stage.run(script, options: ["--keep-going"])
    #expect(run.status == 1, "\(run.summary)")
    #expect(try stage.folder.read("out.csv") == "k,at,v\na,2024-01-01 11:00,1\n")
  }
}
