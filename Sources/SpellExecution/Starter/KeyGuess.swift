import SpellCore

/// Why columns were taken for a key.
enum StarterEvidence: Equatable {
  case primaryKey
  case foreignKey(TableName)
  case uniqueIndex([String])
  case index([String])
  /// Other tables have a column of the name.
  case sharedName(tables: [String])
  case name
}

/// The columns that are taken for the key of a table's group.
struct KeyGuess: Equatable {
  var columns: [String]
  var evidence: StarterEvidence
  /// Whether the table itself says that no two rows share the columns, but for the event.
  var isUnique = false
}

/// Finds the key of each table from what all of them declare and what they call their columns.
struct KeyGuesser {
  let tables: [TableSketch]
  /// The tables that have a column, by its name in lower case.
  private let tablesByColumn: [String: [String]]

  init(_ tables: [TableSketch]) {
    self.tables = tables
    tablesByColumn = tables.reduce(into: [:]) { known, table in
      for column in table.columns { known[column.name.lowercased(), default: []].append(table.name.description) }
    }
  }

  /// What may be the key of a table, the likeliest first; `event` is its event timestamp.
  func guesses(for table: TableSketch, event: String?) -> [KeyGuess] {
    let declared = declared(by: table, event: event)
    let pointers = isReferenced(table) ? [] : pointers(from: table, event: event)
    let named = named(in: table, event: event)
    // A number that only counts the rows of a history is the key of nothing.
    let isCounted = event != nil && declared.first.map { isCounter($0.columns) } ?? true
    let all = isCounted ? pointers + declared : declared + pointers
    return all + named
  }

  // MARK: - What is declared

  /// Keys and indexes: with the event those that come before it, and else all of them.
  private func declared(by table: TableSketch, event: String?) -> [KeyGuess] {
    var found: [KeyGuess] = []
    if let event {
      for list in table.keyLists {
        guard let place = list.columns.firstIndex(of: event) else { continue }
        let columns = list.isUnique ? list.columns.filter { $0 != event } : Array(list.columns[..<place])
        found.append(KeyGuess(columns: columns, evidence: list.evidence, isUnique: list.isUnique))
      }
    }
    found += table.keyLists.map { list in
      KeyGuess(columns: list.columns.filter { $0 != event }, evidence: list.evidence, isUnique: list.isUnique)
    }
    return found.filter { guess in
      !guess.columns.isEmpty && guess.columns.allSatisfy { table.column($0)?.naturalType != nil }
    }
  }

  /// Whether columns are one that is called `id` or the like.
  private func isCounter(_ columns: [String]) -> Bool { columns.count == 1 && NameWords(columns[0]).areGeneric }

  private func isReferenced(_ table: TableSketch) -> Bool {
    tables.contains { other in
      other.name != table.name && other.relations.foreignKeys.contains { $0.table.isNamed(like: table.name) }
    }
  }

  // MARK: - What points to other tables

  /// Foreign keys, and columns that are called like another table and its key.
  private func pointers(from table: TableSketch, event: String?) -> [KeyGuess] {
    let foreign = table.relations.foreignKeys.filter { key in
      key.columns.allSatisfy { $0 != event && table.column($0)?.naturalType != nil }
    }
    let named = table.columns.filter { column in
      guard column.name != event, Self.mayBeKey(column), NameWords(column.name).meanKey else { return false }
      let owner = NameWords(column.name).words.dropLast()
      return !owner.isEmpty && tables.contains { NameWords(EntityName.singular($0.ownName)).words == Array(owner) }
    }
    return foreign.map { KeyGuess(columns: $0.columns, evidence: .foreignKey($0.table)) }
      + named.map { KeyGuess(columns: [$0.name], evidence: .name) }
  }

  // MARK: - What the names say

  private func named(in table: TableSketch, event: String?) -> [KeyGuess] {
    let columns = table.columns.filter {
      $0.name != event && Self.mayBeKey($0) && table.moments[$0.name] == nil
    }
    let meant = columns.filter { NameWords($0.name).meanKey }
    let shared = (meant + columns.filter { !NameWords($0.name).meanKey }).compactMap { column -> KeyGuess? in
      let others = tablesByColumn[column.name.lowercased(), default: []].filter { $0 != table.name.description }
      if others.isEmpty || NameWords(column.name).areGeneric { return nil }
      return KeyGuess(columns: [column.name], evidence: .sharedName(tables: others))
    }
    return shared + meant.map { KeyGuess(columns: [$0.name], evidence: .name) }
  }

  private static func mayBeKey(_ column: ColumnFacts) -> Bool {
    switch column.naturalType {
    case .int, .str, .uuid: true
    default: false
    }
  }
}

extension TableName {
  /// Whether two names are the same but for the case of letters, which some engines do not tell apart.
  func isNamed(like other: TableName) -> Bool { description.lowercased() == other.description.lowercased() }
}
