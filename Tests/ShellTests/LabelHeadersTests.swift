import Glibc
import SpellLanguage
import SpellShell
import TestSupport
import Testing

@Suite struct LabelHeadersTests {
  private let folder: TemporaryFolder
  private let headers = LabelHeaders()

  init() throws { folder = try TemporaryFolder() }

  private func columns(_ file: String, delimiter: String? = nil) -> [String] {
    let reading = FileReading(delimiter: delimiter.map { Literal(.text($0)) })
    return headers.columns(of: LabelClause(path: PathExpression(.file(folder.file(file))), reading: reading))
  }

  @Test func theFirstLineIsReadByItsDelimiter() throws {
    try folder.write("a.csv", "\u{FEFF}user,\"home, city\"\r\n1,2\n")
    try folder.write("b.csv", "user;at\n")
    try folder.write("c.tsv", "user\tat, or so\n")
    #expect(columns("a.csv") == ["user", "home, city"])
    #expect(columns("b.csv", delimiter: ";") == ["user", "at"])
    #expect(columns("b.csv") == ["user;at"])
    #expect(columns("c.tsv") == ["user", "at, or so"])
  }

  @Test func whatIsBehindTheFirstLineDoesNotMatter() throws {
    try folder.write("a.csv", "user,at\n\"never closed\n" + String(repeating: "x,y,z\n", count: 10_000))
    #expect(columns("a.csv") == ["user", "at"])
  }

  @Test func aFileThatChangesIsReadAgain() throws {
    try folder.write("a.csv", "user\n")
    #expect(columns("a.csv") == ["user"])
    try folder.write("a.csv", "user,at\n")
    #expect(columns("a.csv") == ["user", "at"])
  }

  @Test func aHeaderIsKeptAsLongAsSizeAndTimeStay() throws {
    try folder.write("a.csv", "user\n")
    #expect(columns("a.csv") == ["user"])
    var status = stat()
    #expect(stat(folder.file("a.csv"), &status) == 0)
    try folder.write("a.csv", "unit\n")
    let times = [status.st_atim, status.st_mtim]
    #expect(utimensat(AT_FDCWD, folder.file("a.csv"), times, 0) == 0)
    #expect(columns("a.csv") == ["user"])
  }

  @Test func whatHasNoSoundHeaderHasNoColumns() throws {
    try folder.write("empty.csv", "")
    try folder.write("twice.csv", "a,a\n")
    try folder.write("long.csv", String(repeating: "x", count: 1 << 18))
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    for name in ["empty.csv", "twice.csv", "long.csv", "pipe", "missing.csv", "."] { #expect(columns(name) == []) }
    #expect(headers.columns(of: LabelClause(path: PathExpression(.standardStream))) == [])
  }
}
