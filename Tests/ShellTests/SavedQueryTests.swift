import Glibc
import SpellCore
import SpellLanguage
import TestSupport
import Testing

@testable import SpellShell

/// Files of saved queries: their header, their places, and the values that they run with.
@Suite struct SavedQueryTests {
  private func query(_ text: String) -> SavedQuery {
    SavedQuery(name: "q", path: "q.spell", owner: .user, source: SourceText(name: "q.spell", text: text))
  }

  private func rendered(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { DiagnosticRenderer().render($0) }.joined()
  }

  @Test func theHeaderDeclares() {
    let query = query(
      """
      -- description:  The weather: at an airport
      -- A remark.
      --parameter place: value = 'New ''York'''
        -- parameter day : MOMENT = now
      -- parameter top: number=10
      -- parameter unused_in_header is a remark? no: it is malformed only behind "parameter "

      -- parameter late: value
      SELECT FEATURES a AS OF :day JOIN :labels WITHIN :age WHERE b = :place LIMIT :top;
      """)
    #expect(query.description == "The weather: at an airport")
    #expect(
      query.parameters == [
        .init(name: "place", kind: .value, standard: "New 'York'"), .init(name: "day", kind: .moment, standard: "now"),
        .init(name: "top", kind: .number, standard: "10"), .init(name: "age", kind: .duration),
        .init(name: "labels", kind: .path),
      ])
    #expect(query.diagnostics.map(\.code) == ["malformed-header"])
  }

  @Test(arguments: [
    ("-- parameter x: vlaue\nSHOW SETS LIKE :x;", "unknown-kind", "did you mean `value`?"),
    ("-- parameter x y\nSHOW SETS LIKE :x;", "malformed-header", "write `-- parameter NAME: KIND`"),
    ("-- parameter x: number = many\nSELECT FEATURES a LIMIT :x;", "invalid-parameter", "`many`"),
    ("-- parameter x: value\n-- parameter x: path\nSHOW SETS LIKE :x;", "repeated-parameter", "declared twice"),
    ("-- parameter xy: value\nSHOW SETS LIKE :xx;", "unused-parameter", "did you mean `:xx`?"),
    ("SHOW SAUSAGES;", "syntax", ""),
  ])
  func whatIsWrongHasAPlace(_ text: String, _ code: String, _ told: String) {
    let text = rendered(query(text).diagnostics)
    #expect(text.contains(told))
    #expect(code == "syntax" || text.contains("error[\(code)]"), "\(text)")
    #expect(text.hasPrefix("q.spell:"))
  }

  @Test(arguments: [
    "", "-- description:", "--", "-- parameter", "-- parameter : : =", "\u{0}", "-- parameter 日: value = '",
  ])
  func anyFileIsRead(_ text: String) {
    #expect(query(text).description.isEmpty)
    #expect(query(text).parameters.count <= 1)
  }

  @Test func aLongHeaderIsNotReadToItsEnd() {
    let query = query(
      String(repeating: "-- remark\n", count: SavedQueryHeader.mostLines) + "-- description: too late\nSHOW SETS;")
    #expect(query.description.isEmpty)
  }

  @Test func aSavedTextDeclaresWhatItUses() {
    let text = SavedQuery.text(of: "SELECT FEATURES a AS OF :t JOIN :f LIMIT :n;", description: "All\nof it")
    #expect(
      text == """
        -- description: All\\u{a}of it
        -- parameter f: path
        -- parameter n: number
        -- parameter t: moment
        SELECT FEATURES a AS OF :t JOIN :f LIMIT :n;

        """)
    #expect(query(text).diagnostics.isEmpty)
  }

  // MARK: - Values

  private func values(
    _ text: String, _ given: [String] = [], session: [String: String] = [:], answers: [String]? = nil
  ) throws -> [String: String] {
    let arguments = try QueryArguments(try given.map { try QueryArguments.parse($0, at: nil) }, of: query(text))
    var answers = answers
    let ask: ((SavedQuery.Parameter) throws -> String)? =
      answers == nil ? nil : { _ in answers?.removeFirst() ?? "" }
    return try arguments.values(session: session, at: nil, ask: ask)
  }

  private let text = "-- parameter a: value = standard\nSHOW FEATURES IN g LIKE :a INTO :b;"

  @Test func givenWinsOverTheSessionOverTheStandard() throws {
    #expect(try values(text, ["b=x"]) == ["a": "standard", "b": "x"])
    #expect(try values(text, ["b=x=y", "b=z"], session: ["a": "s", "other": "o"]) == ["a": "s", "b": "z"])
    #expect(try values(text, ["a=", "b=x"], session: ["a": "s"]) == ["a": "", "b": "x"])
  }

  @Test func aMissingOneIsAskedForWhereSomebodyCanAnswer() throws {
    #expect(try values(text, answers: ["out.csv"]) == ["a": "standard", "b": "out.csv"])
    #expect(throws: SpellError.self) { try values(text) }
    #expect(throws: SpellError.self) { try values(text, answers: [""]) }
  }

  @Test(arguments: ["c=1", "b", "=x", "b="])
  func anUnfitOneIsAnError(_ given: String) {
    #expect(throws: SpellError.self) { try values(text, ["b=x", given]) }
  }

  // MARK: - Places

  @Test func theProjectComesFirst() throws {
    let folder = try TemporaryFolder()
    for path in ["project", "project/queries", "data", "data/spellbook", "data/spellbook/queries"] {
      #expect(mkdir(folder.file(path), 0o700) == 0)
    }
    try folder.write("project/queries/both.spell", "SHOW SETS;")
    try folder.write("data/spellbook/queries/both.spell", "SHOW GROUPS;")
    try folder.write("data/spellbook/queries/mine.spell", "SHOW GROUPS;")
    try folder.write("data/spellbook/queries/no query.spell", "")
    try folder.write("data/spellbook/queries/notes.txt", "")
    let data = folder.file("data")
    for metadata in [folder.file("project/metadata.yml"), folder.file("project")] {
      let queries = SavedQueries(metadataPaths: [metadata]) { $0 == "XDG_DATA_HOME" ? data : nil }
      #expect(queries.names == ["both", "mine"])
      #expect(try queries.query("both", at: nil).owner == .project)
      #expect(try queries.query("mine", at: nil).owner == .user)
      for name in ["none", "", "../queries/mine", "no query", "mine/", "."] {
        #expect(throws: SpellError.self) { try queries.query(name, at: nil) }
      }
    }
    let homeless = SavedQueries(metadataPaths: []) { _ in nil }
    #expect(homeless.names.isEmpty)
    #expect(throws: SpellError.self) {
      try homeless.save("SHOW SETS;", as: "q", .user, description: "", overwrite: false)
    }
  }
}
