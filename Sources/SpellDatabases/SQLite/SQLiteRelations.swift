import CSQLite
import SpellCore

/// Looks up the keys that a table declares.
struct SQLiteRelations {
  let connection: SQLiteConnection

  func relations(of name: TableName) throws -> TableRelations {
    guard let table = SQLiteFacts.plainName(name) else { return TableRelations() }
    return TableRelations(primaryKey: try primaryKey(of: table), foreignKeys: try foreignKeys(of: table))
  }

  private func primaryKey(of table: String) throws -> [String] {
    let statement = try SQLiteStatement(
      "SELECT name FROM pragma_table_xinfo(?1, 'main') WHERE pk > 0 ORDER BY pk", on: connection)
    statement.bind(table, to: 1)
    var columns: [String] = []
    while try statement.step() { columns.append(statement.text(0) ?? "") }
    return columns
  }

  private func foreignKeys(of table: String) throws -> [TableRelations.ForeignKey] {
    let statement = try SQLiteStatement(
      "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1, 'main') ORDER BY id DESC, seq",
      on: connection)
    statement.bind(table, to: 1)
    var keys: [(id: Int64, key: TableRelations.ForeignKey)] = []
    while try statement.step() {
      let id = statement.integer(0)
      if keys.last?.id != id {
        let table = TableName([statement.text(1) ?? ""])
        keys.append((id, TableRelations.ForeignKey(columns: [], table: table, referenced: [])))
      }
      keys[keys.count - 1].key.columns.append(statement.text(2) ?? "")
      if let referenced = statement.text(3) { keys[keys.count - 1].key.referenced.append(referenced) }
    }
    return try keys.compactMap { _, key in
      var key = key
      // A reference that names no columns is one to the primary key.
      if key.referenced.isEmpty { key.referenced = try primaryKey(of: key.table.parts[0]) }
      return key.referenced.count == key.columns.count ? key : nil
    }
  }
}
