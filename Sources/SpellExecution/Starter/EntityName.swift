import SpellCore

/// Names the entities behind key columns, so that columns which hold the same thing get the same one.
struct EntityName {
  private static let mostSteps = 16

  let tables: [TableSketch]

  /// The name for a column of a table: that of the column to which it leads by foreign keys, unless that is only
  /// called `id` or the like.
  func name(of column: String, in table: TableSketch) -> String {
    var (owner, origin) = (table, column)
    for _ in 0..<Self.mostSteps {
      guard let (next, referenced) = reference(from: origin, of: owner) else { break }
      (owner, origin) = (next, referenced)
    }
    if !NameWords(origin).areGeneric { return Self.plain(origin) }
    return Self.plain(fullName(of: origin, in: owner))
  }

  private func reference(from column: String, of table: TableSketch) -> (TableSketch, String)? {
    for key in table.relations.foreignKeys {
      guard let place = key.columns.firstIndex(of: column),
        let other = tables.first(where: { $0.name.isNamed(like: key.table) }),
        let referenced = other.column(key.referenced[place]) ?? other.facts.column(named: key.referenced[place]),
        other.name != table.name
      else { continue }
      return (other, referenced.name)
    }
    return nil
  }

  /// For the column `id` of `users`: `user_id`, unless the columns that refer to it have another name.
  private func fullName(of column: String, in table: TableSketch) -> String {
    let composed = "\(Self.singular(table.ownName))_\(column)"
    let names = tables.filter { $0.name != table.name }.flatMap { other in
      other.relations.foreignKeys.filter { $0.table.isNamed(like: table.name) && $0.referenced == [column] }
        .map { $0.columns[0] }
    }.filter { !NameWords($0).areGeneric }
    if names.contains(composed) { return composed }
    let usual = Set(names).max { left, right in
      let (leftCount, rightCount) = (names.count { $0 == left }, names.count { $0 == right })
      return (leftCount, right) < (rightCount, left)
    }
    return usual ?? composed
  }

  /// A name as metadata can have it: a dot would part it.
  static func plain(_ name: String) -> String { name.replacing(".", with: "_") }

  /// The name of one of what a table is called after, by the rules of English.
  static func singular(_ name: String) -> String {
    let lower = name.lowercased()
    if lower.hasSuffix("ies"), lower.count > 4 { return name.dropLast(3) + "y" }
    if ["sses", "shes", "ches", "xes"].contains(where: { lower.hasSuffix($0) }) { return String(name.dropLast(2)) }
    if lower.hasSuffix("s"), !lower.hasSuffix("ss"), lower.count > 2 { return String(name.dropLast()) }
    return name
  }
}
