import SpellCore
import SpellLanguage

/// Names the columns of the result.
extension Planner {
  mutating func nameColumns(_ selected: [SelectedFeature], uses wanted: [WantedUse]) -> [PlannedColumn] {
    var columns = NamedColumns()
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
        PlannedColumn(name: "event_timestamp", origin: .timestamp(use: 0), type: event.readingType), at: firstItem,
        to: &columns)
    }
    let positions = uses.map { use in
      Dictionary(use.features.enumerated().map { ($1.feature.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    var taken: Set<String> = []
    for item in selected {
      guard let use = wanted.firstIndex(of: wantedUse(of: item)) else { continue }
      let feature = feature(of: item)
      let origin =
        wanted[use].isOfWindows
        ? window(of: item, use: use) : positions[use][feature].map { .feature(use: use, feature: $0) }
      guard let origin else { continue }
      let full = "\(uses[use].group.name)__\(feature)"
      let name = item.alias ?? (select.withFullNames ? full : feature)
      // The same feature under the same name is one column.
      guard taken.insert("\(origin) \(name)").inserted else { continue }
      add(PlannedColumn(name: name, origin: origin, type: type(of: origin)), at: item.span, to: &columns)
    }
    guard select.withTimestamps else { return columns.all }
    for (index, use) in uses.enumerated() {
      guard let event = use.event, use.windows.isEmpty else { continue }
      let name = "\(use.group.name)__event_timestamp"
      add(
        PlannedColumn(name: name, origin: .timestamp(use: index), type: event.readingType), at: firstItem, to: &columns)
    }
    return columns.all
  }

  /// Columns, each found by its name.
  private struct NamedColumns {
    private(set) var all: [PlannedColumn] = []
    private var positions: [String: Int] = [:]

    func first(named name: String) -> PlannedColumn? { positions[name].map { all[$0] } }

    mutating func append(_ column: PlannedColumn) {
      if positions[column.name] == nil { positions[column.name] = all.count }
      all.append(column)
    }
  }

  /// Which window an item is; nil after a problem.
  private func window(of item: SelectedFeature, use: Int) -> PlannedColumn.Origin? {
    let declared = item.window == nil ? feature(of: item) : nil
    return uses[use].windows.firstIndex { window in
      window.feature == declared && (declared != nil || window.location.span == item.span)
    }.map { .window(use: use, window: $0) }
  }

  /// The name of the feature behind an item; empty for a window over rows.
  private func feature(of item: SelectedFeature) -> String {
    item.feature.map { context.catalog.groups[item.group].features[$0].name } ?? ""
  }

  private func type(of origin: PlannedColumn.Origin) -> ValueType? {
    switch origin {
    case .feature(let use, let feature): uses[use].features[feature].type
    case .window(let use, let window): uses[use].windows[window].type
    case .label, .key, .timestamp: nil
    }
  }

  private var firstItem: SourceSpan { select.items[0].subject.span }

  /// Adds a column, and a problem if its name is taken.
  private mutating func add(_ column: PlannedColumn, at span: SourceSpan, to columns: inout NamedColumns) {
    if let other = columns.first(named: column.name) {
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
    case .window(let use, let window):
      uses[use].windows[window].feature.map { "`\(uses[use].group.name).\($0)`" }
        ?? "a window of group `\(uses[use].group.name)`"
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
