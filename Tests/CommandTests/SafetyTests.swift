import TestSupport
import Testing

/// Results never take the place of what they come from, and an import leaves a tidy file behind.
@Suite struct SafetyTests {
  @Test func aResultDoesNotReplaceTheDatabase() throws {
    let example = try FlightsExample()
    try example.importTables()
    let before = try FolderListing(example.folder.path)
    let statement = "SELECT FEATURES seats FORMAT csv INTO 'flights.db' OVERWRITE"
    for words in [
      ["-c", statement], ["--report", "flights.db", "-c", "SELECT FEATURES seats"],
      ["--report", "metadata.yml", "-c", "SELECT FEATURES seats"],
      ["--report", "labels.csv", "-c", "SELECT FEATURES seats AS OF scheduled_at JOIN labels.csv"],
    ] {
      let run = try Spellbook.run(["-q"] + words, in: example.folder)
      #expect(run.status != 0, "\(run.summary)")
      #expect(run.errors.contains(words.contains(statement) ? "flights.db" : words[1]), "\(run.summary)")
    }
    #expect(try before.changes(to: FolderListing(example.folder.path)) == [])
  }

  @Test func anImportIntoAWALFileIsWholeAndLeavesNoSideFiles() throws {
    let folder = try TemporaryFolder()
    try SQLiteFixture.make(folder.file("data.db"), "PRAGMA journal_mode = WAL; CREATE TABLE g (k INT, x INT UNIQUE);")
    try folder.write(
      "metadata.yml",
      """
      - {kind: engine, url: "sqlite:///data.db"}
      - {kind: group, name: g, entity: k, features: [{name: x}]}
      """)
    try folder.write("rows.csv", "k,x\n1,10\n2,20\n")
    let run = try Spellbook.run(["import", "--group", "g", "rows.csv"], in: folder)
    #expect(run.status == 0, "\(run.summary)")
    #expect(folderEntries(folder.path) == ["data.db", "metadata.yml", "rows.csv"])
    let refused = try Spellbook.run(["import", "--group", "g", "rows.csv"], in: folder)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("rows.csv:2"), "\(refused.summary)")
    #expect(folderEntries(folder.path) == ["data.db", "metadata.yml", "rows.csv"])
    let read = try Spellbook.run(["-q", "-c", "SELECT FEATURES x"], in: folder)
    #expect(read.output == "k,x\n1,10\n2,20\n", "\(read.summary)")
  }

  @Test func anUnusedParameterIsToldOf() throws {
    let example = try FlightsExample()
    let run = try Spellbook.run(["--param", "namme=x", "-c", "SHOW GROUPS LIKE 'w%'"], in: example.folder)
    #expect(run.status == 0)
    #expect(run.errors.contains("namme"), "\(run.summary)")
    let zone = try Spellbook.run(["--timezone", "-05:00", "-c", "SHOW SETS"], in: example.folder)
    #expect(zone.status == 0, "\(zone.summary)")
  }
}
