import Testing

@testable import SpellCatalog

/// No spelling of a password comes through.
@Suite struct SecretMaskTests {
  private static let secret = "hunter2"

  @Test(arguments: [
    "host=h password=hunter2 user=u",
    "host=h password = hunter2",
    "host=h PASSWORD='hunter2 and blanks' dbname=d",
    "\\set :dsn 'host=h password=''hunter2 x'' dbname=d'",
    "PGPASSWORD=hunter2 psql",
    "export PGPASSWORD=\"hunter2\"",
    "postgresql://user:hunter2@host/db",
    "postgresql+psycopg2://user:hunter2@host/db?x=y",
    "postgresql://user:a@hunter2@host/db", "postgresql://me@server:hunter2@host/db",
    "postgresql://user:pass%40hunter2@host/db",
    "postgresql://host/db?user=u&password=hunter2&sslmode=require",
    "postgresql://host/db?sslpassword=hunter2",
    "postgresql://host/db?password=hunter2&options=a:b@c", "https://h/?a=b&token=hunter2&c=d:e@f:g@h i",
    "postgresql://host/db?password=x:hunter2&y@z&token=w",
    "postgresql://host/db?%70assword=hunter2",
    "postgresql://host/db?password%3Dhunter2",
    "url=postgresql%3A%2F%2Fuser%3Ahunter2%40host",
    "postgresql://host/db?password=%68unter2-hunter2",
    "SELECT FEATURES a JOIN 'postgresql://user:hunter2@host/labels.csv';",
    "SELECT FEATURES a -- password: hunter2\n  LIMIT 5;",
    "SELECT FEATURES a\nWHERE b = 'host=h\npassword=hunter2';",
    "SET x = 'password=\"first line\nhunter2\"';",
    "SET x = 'password=''first line\nhunter2''';",
    "password=\\\"hunter2\\\" host=h",
    "passwd=hunter2", "pwd=hunter2", "https://h/?token=hunter2", "api_key=hunter2", "client_secret=hunter2",
    "{\"password\": \"hunter2\"}",
  ])
  func passwordIsHidden(_ text: String) {
    let hidden = SecretMask.hidden(in: text)
    #expect(!hidden.contains(Self.secret), "\(hidden)")
    #expect(hidden.contains("***"))
    #expect(SecretMask.hidden(in: hidden) == hidden)
  }

  @Test(arguments: [
    ("host=h password=hunter2 user=u", "host=h password=*** user=u"),
    ("a 'postgresql://u:hunter2@h/d' b", "a 'postgresql://u:***@h/d' b"),
    ("x?password=hunter2&y=1", "x?password=***&y=1"), ("%70assword%3dhunter2 b", "%70assword%3d*** b"),
  ])
  func whatStandsAroundIsKept(_ text: String, _ expected: String) { #expect(SecretMask.hidden(in: text) == expected) }

  @Test(arguments: [
    "SELECT FEATURES token, secret AS OF '2024-01-01 12:00' WHERE secret = 'x' AND name LIKE '%password%';",
    "DESCRIBE password;", "sqlite:///a%20b.db", "postgresql://host:5432/db", "postgresql://me@host:5432/db",
    "100% = 1 %zz %4", "token: str",
    "", "%", "%4", "://", "password", "password=", "JOIN 'http://host/a:b';",
  ])
  func whatIsNoPasswordStays(_ text: String) { #expect(SecretMask.hidden(in: text) == text) }

  @Test func starsKeepPlaces() {
    let text = Array("a: 1\npassword: hunter2\nurl: p://u:%68unter2@h\n".utf8)
    let starred = SecretMask.starred(text)
    #expect(String(decoding: starred, as: UTF8.self) == "a: 1\npassword: *******\nurl: p://u:*********@h\n")
  }

  @Test(arguments: [
    ("password", true), (":db_Password", true), ("PGPASSWORD", true), ("api_token", true), ("city", false), ("", false),
  ])
  func namesTell(_ name: String, _ isSecret: Bool) { #expect(SecretMask.isSecret(name: name) == isSecret) }
}
