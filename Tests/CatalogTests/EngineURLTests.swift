import SpellCore
import Testing

@testable import SpellCatalog

/// Every form of an engine's URL.
@Suite struct EngineURLTests {
  @Test(arguments: [
    ("sqlite:///relative.db", "relative.db"), ("sqlite:////absolute.db", "/absolute.db"), ("sqlite:path", "path"),
    ("sqlite:/abs/path", "/abs/path"), ("sqlite:../up.db", "../up.db"), ("SQLite:///a.DB", "a.DB"),
    ("sqlite+pysqlite:///a.db", "a.db"), ("sqlite:///a%20b c.db", "a%20b c.db"), ("x.db", "x.db"),
    ("/a/x.sqlite", "/a/x.sqlite"), ("./x.sqlite3", "./x.sqlite3"), ("a:b.db", "a:b.db"),
    ("sqlite:what?.db", "what?.db"),
  ])
  func sqlite(_ text: String, _ path: String) throws {
    #expect(try EngineURL.parse(text, relativeTo: nil).target == .sqlite(path: path))
    let inFolder = path.hasPrefix("/") ? path : "/meta/" + path
    #expect(try EngineURL.parse(text, relativeTo: "/meta").target == .sqlite(path: inFolder))
  }

  @Test(arguments: [("", "a.db"), (".", "a.db"), ("/", "/a.db"), ("m/", "m/a.db"), ("m", "m/a.db")])
  func folderIsPutBeforeARelativePath(_ folder: String, _ path: String) throws {
    #expect(try EngineURL.parse("sqlite:///a.db", relativeTo: folder).target == .sqlite(path: path))
  }

  @Test(arguments: [
    "postgresql://h/d", "postgres://h/d", "postgresql+psycopg2://h/d", "postgresql+asyncpg://h/d", "POSTGRES://h/d",
    "postgres+pg8000://h/d",
  ])
  func postgresql(_ text: String) throws {
    #expect(try EngineURL.parse(text, relativeTo: "/meta").target == .postgresql(conninfo: "postgresql://h/d"))
  }

  @Test func postgresqlURLIsKeptAsItIs() throws {
    let text = "postgresql://u:p%40@h1:1,h2:2/d?service=s&sslmode=require"
    #expect(try EngineURL.parse(text, relativeTo: nil).target == .postgresql(conninfo: text))
  }

  @Test(arguments: [
    ("postgresql://user:secret@host/db", "postgresql://user:***@host/db"),
    ("postgresql://user@host:5432/db", "postgresql://user@host:5432/db"),
    ("postgresql://host:5432/db", "postgresql://host:5432/db"),
    ("postgresql://user:se?cret@host/db", "postgresql://user:***@host/db"),
    ("postgresql://user:@host/db", "postgresql://user:***@host/db"),
    ("postgresql://host/db?user=u&password=secret&sslmode=x", "postgresql://host/db?user=u&password=***&sslmode=x"),
    ("postgresql://host/db?PASSWORD=secret", "postgresql://host/db?PASSWORD=***"),
    ("postgresql://host/db?sslpassword=secret", "postgresql://host/db?sslpassword=***"),
    ("postgresql+psycopg2://user:secret@host/db", "postgresql://user:***@host/db"),
    ("sqlite:///a.db", "a.db"),
  ])
  func descriptionHidesPasswords(_ text: String, _ shown: String) throws {
    #expect(try EngineURL.parse(text, relativeTo: nil).description == shown)
  }

  @Test(arguments: [
    ("host=h password=secret user=u", "host=h password=*** user=u"),
    ("host=h password='se cret' user=u", "host=h password=***"),
    ("host=h password = secret", "host=h password = ***"),
  ])
  func connectionStringHidesPasswords(_ text: String, _ shown: String) throws {
    let url = try EngineURL.parse(text, relativeTo: "/meta")
    #expect(url.target == .postgresql(conninfo: text))
    #expect(url.description == shown && url.label == "h")
  }

  @Test(arguments: [
    ("postgresql://u:p@db.internal:5432/features?sslmode=require", "db.internal:5432/features"),
    ("postgresql:///features?host=/run/pg", "features"), ("postgresql://u:p@/d", "d"), ("postgresql://", "postgresql"),
    ("service=prod", "prod"), ("host=/run/pg dbname=d", "d"), ("host=a,b dbname=d", "a,b/d"),
    ("sqlite:///x/a.db", "a.db"),
  ])
  func labelNamesHostAndDatabase(_ text: String, _ label: String) throws {
    #expect(try EngineURL.parse(text, relativeTo: nil).label == label)
  }

  @Test(arguments: [
    ("postgresql://user:se@cret@host/db", "@", "%40"), ("postgresql://user:se/cret@host/db", "/", "%2F"),
    ("postgresql://user:se/cr?et@host/db", "/", "%2F"), ("postgresql://user:se%cret@host/db", "%", "%25"),
    ("postgresql://user:secret%4@host/db", "%", "%25"),
  ])
  func rawCharacterInAPasswordIsRefusedUnseen(_ text: String, _ character: String, _ escaped: String) {
    let problem = EngineURLProblem.rawCharacter(character, escaped: escaped)
    #expect(throws: problem) { try EngineURL.parse(text, relativeTo: nil) }
    #expect(problem.diagnostic(at: nil).help?.contains(escaped) == true)
  }

  @Test(arguments: [
    "postgresql://u:p%40@h/d", "postgresql://[::1]:5432/d?options=a@b", "postgresql://h:1,i:2/d@x",
    "postgresql://h/d?user=a@b",
  ])
  func whatLibpqUnderstandsIsLeftAsItIs(_ text: String) throws {
    #expect(try EngineURL.parse(text, relativeTo: nil).target == .postgresql(conninfo: text))
  }

  @Test func severalHostsOfSQLAlchemyAreJoined() throws {
    let url = try EngineURL.parse(
      "postgresql+psycopg2://u@/d?host=a:5433&sslmode=require&host=b", relativeTo: nil)
    #expect(url.target == .postgresql(conninfo: "postgresql://u@/d?sslmode=require&host=a,b&port=5433,5432"))
  }

  @Test(arguments: [
    ("", EngineURLProblem.empty), ("sqlite:", .empty), ("sqlite://", .memory), ("sqlite:///", .memory),
    ("sqlite:///:memory:", .memory), ("sqlite::memory:", .memory), ("sqlite://a.db", .host("sqlite://a.db")),
    ("sqlite:///a.db?mode=rw", .options), ("postgresql:h/d", .missingSlashes(scheme: "postgresql")),
    ("mysql://u:p@h/d", .unknownScheme("mysql")), ("postgre://h/d", .unknownScheme("postgre")),
    ("folder/file.txt", .unrecognised("folder/file.txt")), ("a\u{0}.db", .controlCharacter),
  ])
  func isRefused(_ text: String, _ problem: EngineURLProblem) {
    #expect(throws: problem) { try EngineURL.parse(text, relativeTo: nil) }
  }

  @Test(
    arguments: [
      ("a.db", ".", "sqlite:///a.db"), ("sqlite:////x/a.db", "models", "sqlite:////x/a.db"),
      ("sqlite:x?y", ".", "sqlite:x?y"), ("host=h dbname=d", "m", "host=h dbname=d"),
      ("postgres://u@h/d", "m", "postgresql://u@h/d"), ("postgresql://u:p@h/d", ".", nil),
      ("host=h password=p", ".", nil),
    ] as [(String, String, String?)])
  func isWrittenIntoMetadata(text: String, folder: String, written: String?) throws {
    #expect(try EngineURL.parse(text, relativeTo: nil).text(forMetadataIn: folder) == written)
  }

  @Test func metadataElsewhereNamesAFileByItsWholePath() throws {
    let url = try EngineURL.parse("a.db", relativeTo: nil)
    let written = try #require(url.text(forMetadataIn: "models"))
    #expect(written.hasPrefix("sqlite:////") && written.hasSuffix("/a.db"))
  }

  @Test func messageSuggestsASchemeAndNamesTheForms() {
    let diagnostic = EngineURLProblem.unknownScheme("postgre").diagnostic(at: nil)
    #expect(diagnostic.label == "did you mean `postgres`?")
    #expect(diagnostic.help?.contains("sqlite:///relative.db") == true)
  }
}
