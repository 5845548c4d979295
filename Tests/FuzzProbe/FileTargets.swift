import Glibc
import SpellCatalog
import SpellCore
import SpellDatabases
import SpellShell
import SpellTables
import TestSupport

/// Where targets put input that is read from a file. Only one thread feeds them.
nonisolated(unsafe) private let room = Result { try TemporaryFolder() }

private func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
  let path = try room.get().file(name)
  try writeFile(path, Array(bytes))
  return path
}

extension FuzzTarget {
  static let metadata = FuzzTarget(
    name: "metadata",
    words: [
      "kind: engine\nurl: ", "kind: entity\nname: ", "kind: group\n", "kind: feature_set\n", "features:\n  - ",
      "{name: v, value_type: int}", "keys: [", "key_columns: {", "ttl: 7d\n", "delay: 1h\n", "timezone: ",
      "query: |-\n  ",
      "invalid: null\n", "tags: [a, *x]", "&x ", "*x", "<<: ", "---\n", "${A}", "${A:-b}", "${", "\"", "'", "!!str ",
      "\t", "  ", "\u{FEFF}", "\r\n", "]", "}", "- ", ": ", "%YAML 1.1\n", "é",
    ]
  ) { bytes in
    let path = try file("metadata.yml", bytes)
    let loaded = CatalogLoader.load(paths: [path]) { $0 == "A" ? "value" : nil }
    try expectSafe(loaded.diagnostics)
  }

  /// Labels: the size of the blocks in which a file is read changes nothing, and a record that is written again is
  /// read as the same. The first byte chooses the delimiter.
  static let labels = FuzzTarget(
    name: "labels",
    words: ["\"", "\"\"", ",", ";", "\t", "\n", "\r\n", "\r", "\u{FEFF}", "\0", "a", "007", "\",\"", "\"\n\""]
  ) { bytes in
    guard let choice = bytes.first else { return }
    let delimiter = Array(",;\t".utf8)[Int(choice) % 3]
    let path = try file("labels.csv", bytes.dropFirst())
    let whole = try records(path, delimiter, blockSize: 1 << 16)
    for blockSize in [4, 7] {
      let other = try records(path, delimiter, blockSize: blockSize)
      try expect(other == whole, "blocks of \(blockSize): \(other), else \(whole)")
    }
    guard case .success(let values) = whole else { return }
    let quote = UInt8(ascii: "\"")
    let written = values.map { record -> [UInt8] in
      let fields = record.map { value -> [UInt8] in
        guard let value else { return [] }
        return [quote] + value.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
      }
      return Array(fields.joined(separator: [delimiter])) + [UInt8(ascii: "\n")]
    }
    let again = try records(file("again.csv", written.joined()), delimiter, blockSize: 1 << 16)
    try expect(again == whole, "written again: \(again), first \(whole)")
  }

  private struct Refusal: Error, Equatable {
    var words: String
  }

  private static func records(
    _ path: String, _ delimiter: UInt8, blockSize: Int
  ) throws -> Result<[[[UInt8]?]], Refusal> {
    do {
      var reader = CSVReader(source: try ByteSource(path: path), delimiter: delimiter, blockSize: blockSize)
      var records: [[[UInt8]?]] = []
      while try reader.next() {
        records.append(
          (0..<reader.fieldCount).map { index in
            let value = Array(reader.value(of: index))
            return value.isEmpty && !reader.field(index).isQuoted ? nil : value
          })
      }
      return .success(records)
    } catch let error as SpellError {
      // The excerpt of a line may end where its block does.
      return .failure(Refusal(words: error.diagnostics[0].message))
    }
  }

  /// Rows of a binary copy: where it is cut changes nothing, and every value of every type is a cell or refused. The
  /// first bytes choose the types.
  static let rows = FuzzTarget(
    name: "rows",
    words: ["\0\u{1}", "\0\u{2}", "\0\0\0\u{8}", "\0\0\0\u{4}", "\0\0\0\u{C}", "\0\u{1}\0\0\0\0\0\0"]
  ) { bytes in
    let types = bytes.prefix(3).map { columnTypes[Int($0) % columnTypes.count] }
    guard types.count == 3 else { return }
    let stream = Array("PGCOPY\n".utf8) + [0xFF, 13, 10, 0] + [UInt8](repeating: 0, count: 8) + bytes.dropFirst(3)
    let whole = try cells(of: stream, cutAt: stream.count, types)
    for cut in Set([1, 19, stream.count / 2, stream.count - 1]) {
      let other = try cells(of: stream, cutAt: cut, types)
      try expect(other == whole, "cut at \(cut): \(other), else \(whole)")
    }
  }

  /// Numbers of the server's types, each with a type that its values can have.
  private static let columnTypes: [(oid: UInt32, type: ValueType)] = [
    (16, .bool), (21, .int), (23, .int), (20, .int), (700, .float), (701, .float), (1700, .decimal), (1700, .float),
    (25, .str), (25, .decimal), (25, .datetime), (25, .uuid), (1042, .str), (2950, .uuid), (3802, .str), (17, .bytes),
    (1082, .date), (1082, .datetime), (1114, .datetime), (1184, .datetime), (20, .datetime), (1700, .int),
  ]

  private static func cells(of stream: [UInt8], cutAt cut: Int, _ types: [(oid: UInt32, type: ValueType)]) throws
    -> [String]
  {
    let frame = BatchFrame(
      types.map { ColumnReading(type: $0.type, storage: $0.type == .datetime && $0.oid > 1000 ? .native : .iso8601) })
    let readers = zip(types, frame.writers).map { PostgresCellReader(type: PostgresType($0.oid), writer: $1) }
    var parser = PostgresCopyParser(columnCount: readers.count)
    var found: [String] = []
    func takeRows() -> Bool {
      let rows = 0..<parser.rowCount
      frame.batch.reset()
      for (column, reader) in readers.enumerated() {
        guard reader.read(parser.cells(of: column), rows: rows, into: 0) != nil else { return false }
      }
      for row in rows { found += frame.batch.columns.map { CellText.text($0, row) } }
      return parser.forgetRows()
    }
    for piece in [stream[..<cut], stream[cut...]] {
      guard piece.withUnsafeBytes({ parser.take($0) }) else { return found + ["refused"] }
      while parser.isFull { guard takeRows() else { return found + ["refused"] } }
    }
    guard takeRows() else { return found + ["refused"] }
    return found + [parser.isAtEnd ? "end" : "open"]
  }

  /// Lines of the history: what is read and appended to another history is read there as the same.
  static let history = FuzzTarget(
    name: "history",
    words: [
      "{\"time\":\"2024-01-31 12:00:00+00:00\"", ",\"engine\":", ",\"ok\":true", ",\"ok\":false",
      ",\"milliseconds\":12",
      ",\"rows\":null", ",\"text\":\"", "\"}", "\n", "\\u00e9", "\\ud83d\\ude00", "\\n", "\\\"", "\\", "[", "{}",
      "null",
      "{\"dropped\":7}", "password=x",
    ]
  ) { bytes in
    let answer = try HistoryFile(path: file("history.jsonl", bytes)).entries(HistoryQuery())
    guard let entry = answer.entries.first?.entry, entry.text.utf8.count < 4096 else { return }
    let copy = try room.get().file("copy.jsonl")
    unlink(copy)
    try HistoryFile(path: copy).append(entry)
    let again = try HistoryFile(path: copy).entries(HistoryQuery())
    try expect(again.damagedCount == 0 && again.entries.count == 1, "what is appended is not read: \(entry)")
    let text = HistoryEntry.withoutSecrets(entry.text)
    try expect(again.entries[0].entry.text == text, "\(text.debugDescription) is read as \(again.entries[0].entry)")
  }

  /// Saved queries and their headers.
  static let queries = FuzzTarget(
    name: "queries",
    words: [
      "-- description: ", "-- parameter ", "a: value", "b: moment = now", " = '", "duration", "rows", "path", "\n",
      "--",
      "SELECT FEATURES f.v AS OF :b WHERE v > :a LIMIT :c INTO :d;", "\\set x 1\n", "'", ": ", "\\",
    ]
  ) { bytes in
    let folder = try room.get().path
    mkdir(folder + "/queries", 0o755)
    try writeFile(folder + "/queries/q.spell", bytes)
    let query = try SavedQueries(metadataPaths: [folder], environment: { _ in nil }).query("q", at: nil)
    try expectSafe(query.diagnostics)
  }
}
