import SpellCore
import SpellLanguage

/// Names the columns of the result.
extension Planner {
  mutating func nameColumns(_ selected: [SelectedFeature], groups: [Int]) -> [PlannedColumn] {
    var columns: [PlannedColumn] = []
    for (index, name) in (labelColumns ?? []).enumerated() {
      columns.append(PlannedColumn(name: name, origin: .label(index), type: labelType(index)))
    }
    if labelColumns == nil, let keys = uses.first?.keys {
      for (index, key) in keys.enumerated() {
        // Two entities of a group may call their keys alike.
        let isShared = keys.count { $0.name == key.name } > 1
        let name = isShared ? "\(key.entity)__\(key.name)" : key.name
        add(PlannedColumn(name: name, origin: .key(index), type: key.type), at: firstItem, to: &columns)
      }
    }
    if listsRows, let event = uses.first?.event {
      add(
        PlannedColumn(name: "event_timestamp", origin: .timestamp(use: 0), type: event.valueType), at: firstItem,
        to: &columns)
    }
    var taken: Set<String> = []
    for item in selected {
      guard let use = groups.firstIndex(of: item.group) else { continue }
      let group = context.catalog.groups[item.group]
      let feature = group.features[item.feature]
      guard let position = uses[use].features.firstIndex(where: { $0.feature.name == feature.name }) else { continue }
      let name = item.alias ?? (select.withFullNames ? "\(group.name)__\(feature.name)" : feature.name)
      // The same feature under the same name is one column.
      guard taken.insert("\(use).\(position).\(name)").inserted else { continue }
      let type = uses[use].features[position].type
      add(
        PlannedColumn(name: name, origin: .feature(use: use, feature: position), type: type), at: item.span,
        to: &columns)
    }
    guard select.withTimestamps else { return columns }
    for (index, use) in uses.enumerated() {
      guard let event = use.event else { continue }
      let name = "\(use.group.name)__event_timestamp"
      add(PlannedColumn(name: name, origin: .timestamp(use: index), type: event.valueType), at: firstItem, to: &columns)
    }
    return columns
  }

  private var firstItem: SourceSpan { select.items[0].subject.span }

  /// Adds a column, and a problem if its name is taken.
  private mutating func add(_ column: PlannedColumn, at span: SourceSpan, to columns: inout [PlannedColumn]) {
    if let other = columns.first(where: { $0.name == column.name }) {
      report(
        .nameClash(
          column.name, sources: [source(of: other.origin), source(of: column.origin)],
          isFullNamed: select.withFullNames), at: span)
    }
    columns.append(column)
  }

  /// What a column is, for the message on a clash.
  private func source(of origin: PlannedColumn.Origin) -> String {
    switch origin {
    case .label: "a label column"
    case .key: "the key"
    case .feature(let use, let feature): "`\(uses[use].group.name).\(uses[use].features[feature].feature.name)`"
    case .timestamp(let use): "the event timestamp of group `\(uses[use].group.name)`"
    }
  }

  /// Columns of a table have a type by nature; of a file, a label column that serves as a key has the key's type in
  /// conditions and in the result.
  private func labelType(_ column: Int) -> ValueType? {
    if let labelTable { return labelTable.columns[column].form.type }
    return uses.lazy.flatMap(\.keys).first { $0.labelColumn == column }?.type
  }
}
