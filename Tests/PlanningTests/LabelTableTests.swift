import SpellCore
import Testing

@testable import SpellPlanning

/// JOIN TABLE: what the columns of the table are, and what is wrong with it.
@Suite struct LabelTableTests {
  private let stage: PlanningStage

  init() throws {
    stage = try PlanningStage(
      sql: """
        CREATE TABLE f (k TEXT, t TEXT, v INTEGER);
        CREATE TABLE ticks (k TEXT, tick INTEGER, v INTEGER);
        CREATE TABLE codes (code INTEGER, w INTEGER);
        CREATE TABLE labels (
          k VARCHAR(9), at TIMESTAMP, day DATE, n INTEGER, x REAL, ok BOOLEAN, raw BLOB, code DECIMAL(4), note TEXT,
          any);
        CREATE TABLE plain (k TEXT, at DATETIME, n INTEGER);
        CREATE TABLE notes (k TEXT, note TEXT, n INTEGER);
        CREATE TABLE mixed (k TEXT, at TEXT, a, b);
        INSERT INTO mixed VALUES ('a', NULL, 1, 'x'), ('a', NULL, 'x', 'y');
        """,
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: entity, name: code, value_type: float}
        - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
        - {kind: group, name: ticks, entity: k, event_timestamp_column: tick, features: [{name: v, value_type: int}]}
        - {kind: group, name: codes, entity: code, features: [{name: w, value_type: int}]}
        """)
  }

  /// The columns as they are printed, and in parentheses as what they would hold moments.
  private func columns(_ text: String) throws -> [String] {
    let table = try stage.plan(text).labels?.table
    return (table?.columns ?? []).map { column in
      let moment = column.moment.map { " (\($0.type.rawValue) \($0.storage.rawValue))" } ?? ""
      return "\(column.name) \(column.form.type.rawValue)\(moment)"
    }
  }

  @Test func columnsAreWhatTheyAreByNature() throws {
    #expect(
      try columns("SELECT FEATURES f.v AS OF at JOIN TABLE labels") == [
        "k str (datetime iso8601)", "at datetime (datetime iso8601)", "day date (datetime iso8601)", "n int", "x float",
        "ok bool", "raw bytes", "code float", "note str (datetime iso8601)", "any str (datetime iso8601)",
      ])
    #expect(
      try columns("SELECT FEATURES f.v AS OF n JOIN TABLE plain TIME unix_ms") == [
        "k str", "at datetime", "n int (int unix_ms)",
      ])
    #expect(
      try columns("SELECT FEATURES ticks.v AS OF x JOIN TABLE labels").filter { $0.contains("(") } == [
        "n int (int number)", "x float (float number)", "code float (float number)",
      ])
  }

  @Test func momentsAreFoundByNameOrType() throws {
    func moment(_ text: String) throws -> String {
      switch try stage.plan(text).cut.moment {
      case .column(let column): "\(column)"
      case .inferredColumn: "by values"
      case .constant, .none: "none"
      }
    }
    #expect(try moment("SELECT FEATURES f.v JOIN TABLE plain") == "1")
    #expect(try moment("SELECT FEATURES f.v JOIN TABLE plain TIME unix_s") == "2")
    #expect(try moment("SELECT FEATURES f.v JOIN TABLE notes") == "by values")
    #expect(try moment("SELECT FEATURES f.v JOIN TABLE labels") == "by values")
    #expect(try moment("SELECT FEATURES ticks.v JOIN TABLE plain") == "2")
    #expect(try moment("SELECT FEATURES codes.w JOIN TABLE labels") == "none")
  }

  @Test func statementsNameWhatTheyRead() throws {
    let table = try #require(try stage.plan("SELECT FEATURES f.v AS OF at JOIN TABLE main.Plain").labels?.table)
    #expect(table.name.description == "main.Plain")
    #expect(
      table.sql([table.reading(2), table.reading(asMoment: 1)], dialect: Dialects.named("sqlite"), limit: 2, offset: 1)
        == "SELECT \"n\", \"at\" FROM \"main\".\"Plain\" LIMIT 2 OFFSET 1")
  }

  @Test func problemsOfTheTable() throws {
    func problems(_ text: String) throws -> [String] { try stage.problems("SELECT FEATURES " + text) }
    #expect(try problems("f.v JOIN TABLE lables") == ["[lables] unknown-table"])
    #expect(try problems("f.v JOIN TABLE s.labels") == ["[s.labels] unknown-table"])
    #expect(try problems("f.v AS OF n JOIN TABLE labels") == ["[n] not-a-moment-column"])
    #expect(try problems("f.v AS OF raw JOIN TABLE labels") == ["[raw] not-a-moment-column"])
    #expect(try problems("f.v AS OF at JOIN TABLE labels TIME unix_s") == ["[at] not-a-moment-column"])
    #expect(try problems("ticks.v AS OF at JOIN TABLE plain") == ["[at] not-a-moment-column"])
    #expect(try problems("ticks.v AS OF n JOIN TABLE plain TIME unix_s") == ["[unix_s] time-on-numbers"])
    #expect(try problems("f.v AS OF at JOIN TABLE mixed") == ["[mixed] mixed-values"])
    #expect(try problems("f.v AS OF at JOIN TABLE labels ON k = n") == ["[labels] type-never-fits"])
    #expect(try problems("f.v AS OF nothing JOIN TABLE plain") == ["[nothing] unknown-label-column"])
    #expect(try problems("codes.w JOIN TABLE plain") == ["[plain] missing-label-column"])
    #expect(try problems("f.v AS n AS OF at JOIN TABLE plain") == ["[f.v] name-clash"])
    #expect(try problems("f.v AS OF at JOIN TABLE plain WHERE n = 'x'") == ["['x'] bad-literal"])
  }

  @Test func messagesSayWhatToDo() throws {
    func help(_ text: String) throws -> String? { try stage.diagnostics("SELECT FEATURES " + text).first?.help }
    #expect(try help("f.v JOIN TABLE lables") == "a file is joined without TABLE")
    #expect(
      try help("f.v AS OF n JOIN TABLE labels")
        == "TIME unix_s, unix_ms or unix_us after the table reads whole numbers as times")
    #expect(try help("f.v AS OF at JOIN TABLE labels TIME unix_s") == "leave TIME out")
  }
}
