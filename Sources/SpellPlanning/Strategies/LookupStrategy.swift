import SpellCore

/// Fetches the rows of keys that are asked for, a chunk of keys per statement. The fold compares keys again, so that an
/// engine may find rows too many, and never too few.
package struct LookupStrategy {
  /// Keys of one statement.
  package static let chunkKeys = 1000

  private let columns: String
  private let source: String
  private let keys: [GroupUse.Key]
  private let dialect: any Dialect

  package init(_ use: GroupUse, dialect: any Dialect) {
    columns = use.columns.map(dialect.quoted).joined(separator: ", ")
    source = dialect.from(use.group.source)
    keys = use.keys
    self.dialect = dialect
  }

  /// Why a use cannot be fetched so, as words that follow "lookup"; nil if it can.
  static func obstacle(_ use: GroupUse, isJoin: Bool) -> String? {
    guard isJoin else { return "needs the keys of labels" }
    for key in use.keys {
      guard let column = use.facts.column(named: key.column) else { return "needs a column `\(key.column)`" }
      guard [.int, .str, .uuid].contains(key.type) else { return "cannot name keys of type \(key.type.rawValue)" }
      guard column.naturalType == key.type, column.hasExactEquality else {
        return "is not exact on `\(column.name)`, which is \(column.declaredType)"
      }
    }
    return nil
  }

  /// The index that leads to the rows of a key.
  static func index(for use: GroupUse) -> IndexFacts? {
    let keys = Set(use.keys.map(\.column))
    return use.facts.indexes.first { Set($0.columns.prefix(keys.count)) == keys }
  }

  /// The statement for some keys; at most `limit` rows, if there is a limit.
  package func sql(keys: [[Value]], limit: Int?) -> String {
    let rows = keys.map { key in key.map(literal).joined(separator: ", ") }
    let list = self.keys.count == 1 ? rows : rows.map { "(\($0))" }
    let values = list.joined(separator: ", ")
    return sql(values: self.keys.count == 1 ? values : "VALUES \(values)") + (limit.map { " LIMIT \($0)" } ?? "")
  }

  /// The statement as EXPLAIN shows it.
  func sql(keyCount: Int) -> String { sql(values: "… \(Count.text(keyCount, "key")) …") }

  private func sql(values: String) -> String {
    let names = keys.map { dialect.quoted($0.column) }.joined(separator: ", ")
    return "SELECT \(columns) FROM \(source) WHERE \(keys.count == 1 ? names : "(\(names))") IN (\(values))"
  }

  /// Whether a key can stand in a statement: an engine that cannot write a NUL has no such key.
  package static func isWritable(_ key: [Value], dialect: any Dialect) -> Bool {
    key.allSatisfy { value in !holdsNUL(value) || dialect.literal(value, type: .str) != nil }
  }

  private static func holdsNUL(_ value: Value) -> Bool {
    if case .str(let text) = value { text.utf8.contains(0) } else { false }
  }

  private func literal(_ value: Value) -> String {
    switch value {
    case .int(let number): String(number)
    case .str where Self.holdsNUL(value): dialect.literal(value, type: .str) ?? "NULL"
    case .str(let text), .uuid(let text): QuotedText.literal(text)
    default: "NULL"
    }
  }
}

extension GroupUse {
  /// What is fetched, in the order of `AccessPlan`.
  var columns: [String] {
    keys.map(\.column) + [event?.column, event?.createdColumn].compactMap { $0 } + features.map(\.feature.column)
  }
}
