import SpellCore
import SpellLanguage

/// Names the columns of the result.
extension Planner {
  mutating func nameColumns(_ selected: [SelectedFeature], groups: [Int]) -> [PlannedColumn] {
    var columns: [PlannedColumn] = []
    for (index, name) in (context.labelColumns ?? []).enumerated() {
      columns.append(PlannedColumn(name: name, origin: .label(index), type: labelKeyType(index)))
    }
    if context.labelColumns == nil, let keys = uses.first?.keys {
      for (index, key) in keys.enumerated() {
        add(PlannedColumn(name: key.name, origin: .key(index), type: key.type), at: firstItem, to: &columns)
      }
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
      let type: ValueType = event.storage != .number ? .datetime : event.isFractional ? .float : .int
      add(
        PlannedColumn(name: "\(use.group.name)__event_timestamp", origin: .timestamp(use: index), type: type),
        at: firstItem, to: &columns)
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

  /// A label column that serves as a key has the key's type in conditions and in the result.
  private func labelKeyType(_ column: Int) -> ValueType? {
    uses.lazy.flatMap(\.keys).first { $0.labelColumn == column }?.type
  }
}

/// What the names in WHERE and ORDER BY may mean.
struct NameScope {
  struct Entry {
    var qualifier: String?
    var name: String
    var origin: PlannedColumn.Origin
    var type: ValueType?
  }

  /// Output columns by name.
  private(set) var plain: [Entry]
  /// `group.feature` and `entity.key`.
  private(set) var qualified: [Entry] = []
  /// Origins that are keys.
  private(set) var keys: Set<PlannedColumn.Origin> = []

  init(columns: [PlannedColumn], uses: [GroupUse], labelColumns: [String]?) {
    plain = columns.map { Entry(qualifier: nil, name: $0.name, origin: $0.origin, type: $0.type) }
    for (index, use) in uses.enumerated() {
      for (position, key) in use.keys.enumerated() {
        let origin: PlannedColumn.Origin
        if labelColumns == nil {
          origin = .key(position)
        } else if let column = key.labelColumn {
          origin = .label(column)
        } else {
          continue
        }
        keys.insert(origin)
        // A label column that serves as several keys has one type, whichever key it is called.
        let type = columns.first { $0.origin == origin }?.type ?? key.type
        let entry = Entry(qualifier: key.entity, name: key.name, origin: origin, type: type)
        if !qualified.contains(where: { $0.qualifier == entry.qualifier && $0.name == entry.name }) {
          qualified.append(entry)
        }
        if !plain.contains(where: { $0.name == key.name }) { plain.append(entry) }
      }
      for (position, used) in use.features.enumerated() {
        qualified.append(
          Entry(
            qualifier: use.group.name, name: used.feature.name, origin: .feature(use: index, feature: position),
            type: used.type))
      }
    }
  }

  /// The entries of the group or entity of a name, which may differ in case.
  private func entries(qualifiedBy name: String) -> [Entry] {
    let qualifiers = qualified.reduce(into: [String]()) { list, entry in
      if let qualifier = entry.qualifier, !list.contains(qualifier) { list.append(qualifier) }
    }
    guard case .one(let index) = NameLookup.find(name, among: qualifiers) else { return [] }
    return qualified.filter { $0.qualifier == qualifiers[index] }
  }

  func find(_ reference: ColumnReference) -> NameScopeMatch {
    let entries = reference.qualifier.map { self.entries(qualifiedBy: $0.text) } ?? plain
    switch NameLookup.find(reference.name.text, among: entries.map(\.name)) {
    case .one(let index): return .found(entries[index])
    case .several(let indexes):
      return .ambiguous(indexes.map { entries[$0].name })
    case .none:
      let candidates =
        reference.qualifier == nil ? plain.map(\.name) : qualified.map { "\($0.qualifier ?? "").\($0.name)" }
      return .unknown(candidates)
    }
  }
}

enum NameScopeMatch {
  case found(NameScope.Entry)
  case ambiguous([String])
  case unknown([String])
}
