import Glibc
import SpellCore
import Spellbook
import TestSupport

extension FuzzTarget {
  /// Whole statements against a small SQLite file, in a folder of their own: they answer or say why not, and the
  /// database stays as it is.
  static let world = FuzzTarget(
    name: "world",
    words: [
      "SELECT FEATURES f.v", ", f.*", ", g.w AS x", ", s.n", " AS OF at", " AS OF '2024-01-02'", " BEFORE at - 1h",
      " JOIN labels.csv", " JOIN TABLE l", " KNOWN", " KNOWN AT NOW", " WITHIN 1d", " WHERE v > 1", " AND k = 'a'",
      " OR w LIKE '%'", " ORDER BY v DESC", " LIMIT 2 OFFSET 1", " WITH TIMESTAMPS", " WITH FULL NAMES",
      " INTO o.json OVERWRITE", " INTO o.html OVERWRITE", " INTO o.md OVERWRITE", " FORMAT vertical", "; ",
      "SET strategy = lookup; ", "SET strategy = seek; ", "SET strategy = server; ", "SET memory = '1KB'; ",
      "EXPLAIN ANALYZE ", "SHOW SQL FOR ", "PROFILE f.*", "CHECK DEEP", "DESCRIBE f", "SHOW ALL",
      " VERSIONS FROM '2024-01-01' TO NOW", " ON k = k", " NULL 'NA'", " TIME unix_s", " DELIMITER ';'",
    ]
  ) { bytes in
    // A path with folders could name anything of the machine, and devices never end.
    guard !bytes.contains(UInt8(ascii: "/")), !bytes.contains(0), !bytes.text.contains("..") else { return }
    let place = try World.made.get()
    let store = try FeatureStore(metadata: "metadata.yml")
    do {
      for table in try store.execute(bytes.text, parameters: ["p": "a", "t": "2024-01-02", "n": "2"]) {
        for row in table { try expect(row.values.count == table.columns.count, "a row has too few cells") }
      }
    } catch let error as SpellbookError {
      let words = "\(error)"
      try expect(!words.isEmpty, "no words for what is wrong")
      try expect(
        !words.unicodeScalars.contains { $0 != "\n" && VisibleText.isControl($0) },
        "control characters: \(words.debugDescription)")
    }
    try expect(place.isUntouched, "the database has changed")
    try place.tidy()
  }
}

/// The folder that statements run in, which is the working folder from then on.
private final class World {
  /// Only one thread feeds the target.
  nonisolated(unsafe) static let made = Result { try World() }

  private let folder: TemporaryFolder
  private let stamp: FileStamp?
  private let files: Set<String>

  private init() throws {
    folder = try TemporaryFolder()
    for (name, text) in Self.texts { try folder.write(name, text) }
    guard chdir(folder.path) == 0 else { throw FileFailure(path: folder.path, code: errno) }
    let store = try FeatureStore(metadata: "metadata.yml")
    for group in ["f", "g", "s", "l"] { try store.importCSV("\(group).csv", into: group) }
    stamp = FileStamp(path: "data.db")
    files = Set(folderEntries(folder.path))
  }

  var isUntouched: Bool { stamp == FileStamp(path: "data.db") }

  /// Removes what statements have written.
  func tidy() throws {
    for name in folderEntries(folder.path) where !files.contains(name) { unlink(name) }
    try folder.write("labels.csv", Self.texts["labels.csv"] ?? "")
    for (name, text) in Self.texts where FileStamp(path: name)?.size != text.utf8.count { try folder.write(name, text) }
  }

  private static let texts = [
    "metadata.yml": """
    - {kind: engine, url: "sqlite:///data.db"}
    - {kind: entity, name: k, value_type: str}
    - {kind: entity, name: i, value_type: int}
    - kind: group
      name: f
      entity: k
      event_timestamp_column: t
      create_timestamp_column: c
      ttl: 2d
      features: [{name: v, value_type: int}, {name: x, value_type: float}, {name: note, value_type: str}]
    - kind: group
      name: g
      entities: [k, i]
      event_timestamp_column: t
      timestamp_storage: unix_s
      delay: 1h
      invalid: null
      features: [{name: w, value_type: decimal}, {name: b, value_type: bool}, {name: d, value_type: date}]
    - {kind: group, name: s, entity: k, features: [{name: n, value_type: bytes}, {name: u, value_type: uuid}]}
    - {kind: group, name: l, entity: k, event_timestamp_column: at, features: [{name: y, value_type: int}]}
    - {kind: feature_set, name: all, features: [f.*, s.n]}
    """,
    "f.csv": """
    k,t,c,v,x,note
    a,2024-01-01,2024-01-01 01:00,1,0.5,one
    a,2024-01-02,2024-01-03,,-1e300,"two ""quoted"", lines
    "
    b,2024-01-01 12:00,,3,1e-7,
    é,2024-01-01,2024-01-01,4,inf,""

    """,
    "g.csv": """
    k,i,t,w,b,d
    a,1,2024-01-01,1.50,true,2024-02-29
    a,2,2024-01-01,-0.001,false,
    b,1,2024-01-02,99999999999999999999,,1900-01-01

    """,
    "s.csv": """
    k,n,u
    a,\\x00ff,550e8400-e29b-41d4-a716-446655440000
    b,\\x,

    """,
    "l.csv": "k,at,y\na,2024-01-02,1\nb,2024-01-03,0\n",
    "labels.csv":
      "k,i,at,y\na,1,2024-01-02 00:00,1\nb,1,2024-01-02T12:00:00Z,0\n,,,\nzz,7,2024-01-02,NA\na,2,2030-01-01,\n",
  ]
}
