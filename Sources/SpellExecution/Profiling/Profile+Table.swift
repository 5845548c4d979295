import SpellCore
import SpellPlanning

/// A profile as a table, a row for each column of each group.
extension Profile {
  /// For people what fits a screen; else everything, with lists as JSON.
  package func table(isForPeople: Bool) -> TextTable {
    let rows = groups.flatMap { group in group.columns.map { (group, $0) } }
    if isForPeople {
      return TextTable(
        columns: ["feature", "type", "values", "null", "distinct", "min", "median", "max", "mean", "distribution"],
        rows: rows.map(Self.shortRow))
    }
    return TextTable(
      columns: [
        "group", "column", "role", "type", "rows", "values", "nulls", "null_share", "invalid", "nans", "distinct",
        "distinct_is_exact", "min", "p25", "median", "p75", "max", "quartiles_are_exact", "mean", "stddev", "top",
        "histogram",
      ],
      rows: rows.map(Self.row))
  }

  private static func shortRow(_ group: GroupProfile, _ column: ColumnProfile) -> [String?] {
    let name =
      column.role == .feature ? "\(group.name).\(column.name)" : "\(group.name) \(column.role.rawValue) \(column.name)"
    func short(_ value: Value?) -> String? { value.flatMap { $0 == .null ? nil : ProfileText.short($0) } }
    return [
      name, column.type.rawValue, Count.grouped(column.count), ProfileText.percent(column.nullShare),
      ProfileText.distinct(column), short(column.least), short(column.quartiles.count == 3 ? column.quartiles[1] : nil),
      short(column.greatest), short(column.mean), column.distribution,
    ]
  }

  private static func row(_ group: GroupProfile, _ column: ColumnProfile) -> [String?] {
    func quartile(_ index: Int) -> String? {
      column.quartiles.count == 3 ? ProfileText.text(column.quartiles[index]) : nil
    }
    return [
      group.name, column.name, column.role.rawValue, column.type.rawValue, String(group.rows), String(column.count),
      String(column.nulls), NumberText.floatText(column.nullShare), String(column.invalid), String(column.nans),
      String(column.distinct), column.isDistinctExact ? "true" : "false", ProfileText.text(column.least), quartile(0),
      quartile(1), quartile(2), ProfileText.text(column.greatest), column.isExact ? "true" : "false",
      ProfileText.text(column.mean), column.standardDeviation.map(NumberText.floatText),
      column.topNode.map(\.oneLine), column.bins.isEmpty ? nil : column.binsNode.oneLine,
    ]
  }
}

extension ColumnProfile {
  /// Blocks of the bins, or else the most frequent values.
  package var distribution: String? {
    if bins.count > 1 { return ProfileText.blocks(bins.map(\.count)) }
    guard let top, !top.isEmpty else { return nil }
    // Where every value comes once, none is frequent.
    if top[0].count == 1, distinct > 3 { return "every value once" }
    return top.prefix(3).map { value, times in
      "\(ProfileText.short(value, cells: 16)) \(ProfileText.percent(Double(times) / Double(max(1, count))))"
    }.joined(separator: ", ")
  }
}
