import SpellCore
import SpellTables

/// A profile as JSON, complete. The README documents every member; what is unknown or does not apply is `null`.
extension Profile {
  /// Writes one object and a line end.
  package func writeJSON(to target: any OutputTarget) throws {
    try JSONNode.object([
      ("as_of", moment.map { .text($0) } ?? .null), ("made_at", .text(TimeText.text(now))),
      ("groups", .array(groups.map(\.node))),
    ]).write(to: target)
  }
}

extension GroupProfile {
  fileprivate var node: JSONNode {
    let perKey = rowsPerKey.map { each -> JSONNode in
      .object([("min", .int(each.least)), ("median", .int(each.median)), ("max", .int(each.most))])
    }
    return .object([
      ("group", .text(name)), ("table", .text(table)), ("rows", .int(rows)), ("keys", .int(keys)),
      ("keys_are_exact", .bool(areKeysExact)), ("rows_per_key", perKey ?? .null),
      ("freshness_seconds", freshness.map { .float(Double($0) / 1e6) } ?? .null),
      ("period", period.map { .text($0.rawValue) } ?? .null),
      (
        "rows_per_period",
        .array(periods.map { .object([("from", .text(TimeText.text($0.start))), ("rows", .int($0.count))]) })
      ),
      ("columns", .array(columns.map(\.node))),
    ])
  }
}

extension ColumnProfile {
  fileprivate var node: JSONNode {
    let names = ["p25", "median", "p75"]
    return .object(
      [
        ("column", .text(name)), ("role", .text(role.rawValue)), ("type", .text(type.rawValue)),
        ("values", .int(count)),
        ("nulls", .int(nulls)), ("null_share", .float(nullShare)), ("invalid", .int(invalid)), ("nans", .int(nans)),
        ("distinct", .int(distinct)), ("distinct_is_exact", .bool(isDistinctExact)), ("min", least.node),
      ] + names.enumerated().map { ($1, quartiles.count == 3 ? quartiles[$0].node : .null) } + [
        ("max", greatest.node), ("quartiles_are_exact", .bool(isExact)), ("mean", mean.node),
        ("stddev", standardDeviation.map { .float($0) } ?? .null), ("top", topNode ?? .null), ("histogram", binsNode),
      ])
  }

  /// The most frequent values; nil where nobody knows them.
  var topNode: JSONNode? {
    top.map { .array($0.map { .object([("value", $0.value.node), ("count", .int($0.count))]) }) }
  }

  var binsNode: JSONNode {
    .array(
      bins.map { bin in
        .object([("from", edge(bin.low)), ("to", edge(bin.high)), ("count", .int(bin.count))])
      })
  }

  /// An end of a bin, as a value of the column's kind.
  private func edge(_ number: Double) -> JSONNode {
    switch type {
    case .datetime: .text(TimeText.text(Int64(saturating: number)))
    case .date: .text(TimeText.dateText(Int64(saturating: number)))
    default: .float(number)
    }
  }
}

extension Value {
  fileprivate var node: JSONNode {
    switch self {
    case .null: .null
    case .int(let number): .int(Int(number))
    case .float(let number): .float(number)
    case .bool(let truth): .bool(truth)
    default: .text(ProfileText.text(self) ?? "")
    }
  }
}
