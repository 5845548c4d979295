import SpellCore
import SpellLanguage

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
  /// Names that could be meant, if that was known of them.
  private var others: [String] = []

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
      for (position, used) in use.answeringFeatures.enumerated() {
        qualified.append(
          Entry(
            qualifier: use.group.name, name: used.feature.name, origin: .feature(use: index, feature: position),
            type: used.type))
      }
      for (position, window) in use.windows.enumerated() {
        guard let name = window.feature else { continue }
        qualified.append(
          Entry(
            qualifier: use.group.name, name: name, origin: .window(use: index, window: position), type: window.type))
      }
    }
  }

  /// What names mean in the filter of a window: the stored features and keys of its group.
  init(of use: GroupUse, index: Int) {
    let stored = use.features.enumerated().filter { $1.feature.aggregate == nil }
    let features = stored.map { position, used in
      Entry(
        qualifier: use.group.name, name: used.feature.name, origin: .feature(use: index, feature: position),
        type: used.type)
    }
    let keys = use.keys.enumerated().map { position, key in
      Entry(qualifier: key.entity, name: key.name, origin: .key(position), type: key.type)
    }
    plain = features + keys
    qualified = plain
    others = use.group.features.filter { $0.aggregate == nil }.map(\.name)
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
        reference.qualifier == nil ? plain.map(\.name) + others : qualified.map { "\($0.qualifier ?? "").\($0.name)" }
      return .unknown(candidates)
    }
  }
}

enum NameScopeMatch {
  case found(NameScope.Entry)
  case ambiguous([String])
  case unknown([String])
}
