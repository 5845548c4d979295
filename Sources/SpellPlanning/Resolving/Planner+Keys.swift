import SpellCore
import SpellLanguage

/// Maps keys to label columns, or brings the keys of a snapshot into one order.
extension Planner {
  mutating func mapKeys() {
    guard let labelColumns else {
      if let first = select.keyMappings.first { report(.mappingWithoutLabels, at: first.key.span) }
      alignSnapshotKeys()
      return
    }
    let mapping = explicitMapping(labelColumns)
    for use in uses.indices {
      for key in uses[use].keys.indices {
        let entity = uses[use].keys[key].entity
        let name = uses[use].keys[key].name
        if let mapped = mapping[KeyName(entity: entity, key: name)] {
          uses[use].keys[key].labelColumn = mapped
          continue
        }
        switch NameLookup.find(name, among: labelColumns) {
        case .one(let column): uses[use].keys[key].labelColumn = column
        case .several(let columns):
          report(.ambiguousName(name, choices: columns.map { labelColumns[$0] }), at: labelSpan)
        case .none:
          report(
            .keyWithoutLabelColumn(key: name, group: uses[use].group.name, columns: labelColumns), at: labelSpan)
        }
      }
    }
  }

  /// A key, told apart by its entity.
  private struct KeyName: Hashable {
    var entity: String
    var key: String
  }

  var labelSpan: SourceSpan { select.labels?.span ?? SourceSpan(0, 0) }

  /// What ON says, with nil for a key whose label column is unknown (already reported).
  private mutating func explicitMapping(_ labelColumns: [String]) -> [KeyName: Int?] {
    var mapping: [KeyName: Int?] = [:]
    let keys = Set(uses.flatMap { $0.keys.map { KeyName(entity: $0.entity, key: $0.name) } })
      .sorted { ($0.entity, $0.key) < ($1.entity, $1.key) }
    for term in select.keyMappings {
      let candidates = keys.filter { key in
        guard let qualifier = term.key.qualifier else { return true }
        return NameLookup.find(qualifier.text, among: [key.entity]) != .none
      }
      let found: KeyName
      switch NameLookup.find(term.key.name.text, among: candidates.map(\.key)) {
      case .one(let index): found = candidates[index]
      case .several(let indexes):
        report(
          .ambiguousKey(term.key.name.text, entities: indexes.map { candidates[$0].entity }), at: term.key.span)
        continue
      case .none:
        report(.unknownName(term.key.text, kind: .key, candidates: keys.map(\.key)), at: term.key.span)
        continue
      }
      if mapping[found] != nil { report(.keyMappedTwice(term.key.text), at: term.key.span) }
      mapping[found] = .some(labelColumn(term.column, among: labelColumns))
    }
    return mapping
  }

  /// The label column of a name, or nil and a problem.
  mutating func labelColumn(_ name: Name, among labelColumns: [String]) -> Int? {
    switch NameLookup.find(name.text, among: labelColumns) {
    case .one(let index): return index
    case .several(let indexes):
      report(.ambiguousName(name.text, choices: indexes.map { labelColumns[$0] }), at: name.span)
    case .none:
      report(.unknownName(name.text, kind: .labelColumn, candidates: labelColumns), at: name.span)
    }
    return nil
  }

  /// A snapshot has one key: that of the first group. Others must have the same, in any order.
  private mutating func alignSnapshotKeys() {
    guard let first = uses.first else { return }
    for index in uses.indices.dropFirst() {
      let keys = uses[index].keys
      let aligned = first.keys.compactMap { wanted in
        keys.first { $0.entity == wanted.entity && $0.name == wanted.name }
      }
      guard aligned.count == first.keys.count, keys.count == first.keys.count else {
        report(
          .differentEntities(
            first: first.group.name, firstKeys: first.keys.map(\.name), second: uses[index].group.name,
            secondKeys: keys.map(\.name)), at: select.items[0].subject.span)
        continue
      }
      for (wanted, found) in zip(first.keys, aligned) where wanted.type != found.type {
        report(
          .keyTypesDiffer(
            key: wanted.name, first: first.group.name, firstType: wanted.type, second: uses[index].group.name,
            secondType: found.type), at: select.items[0].subject.span)
      }
      uses[index].keys = aligned
    }
  }
}
