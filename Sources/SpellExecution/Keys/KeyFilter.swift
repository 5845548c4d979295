import SpellCore
import SpellPlanning
import SpellTables

/// Judges the keys of a snapshot by the key condition, each once.
final class KeyFilter {
  /// By key id.
  let asked = PlainBuffer<UInt8>(filledWith: 0)
  private let keys: KeyIndex
  private let program: ConditionProgram
  private let batch: RowBatch
  private let parts: [Column]

  init(_ condition: PlannedCondition, keys: KeyIndex, types: [ValueType], zone: Zone) throws {
    self.keys = keys
    program = try ConditionProgram(condition, zone: zone) { origin in
      if case .key(let position) = origin { types[position] } else { nil }
    }
    batch = RowBatch(types: program.types, capacity: 1)
    parts = types.map { Column(type: $0, capacity: 1) }
  }

  func judgeNewKeys() {
    let start = asked.count
    asked.extend(to: keys.count)
    for id in start..<keys.count {
      for part in parts { part.reset() }
      keys.write(id, to: parts[...], row: 0)
      batch.reset()
      for (column, origin) in zip(batch.columns, program.origins) {
        if case .key(let position) = origin { column.copy(0, from: parts[position], 0) }
      }
      if program.matches(batch, row: 0) { asked[id] = 1 }
    }
  }
}
