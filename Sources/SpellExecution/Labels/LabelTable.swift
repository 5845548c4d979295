import SpellCore
import SpellPlanning
import SpellTables

/// Keys, moments and such columns as conditions read, of the labels that take part: all of them, or a part that fits
/// the memory; of a table every column. The bytes of a file stay there.
final class LabelTable {
  /// Label columns compared as one key, and the ids of the keys found in them.
  final class KeyMapping {
    let columns: [Int]
    let index: KeyIndex
    /// By key id: 1 for keys that a row of the result asks for; nil if all are.
    var asked: PlainBuffer<UInt8>?
    /// By row; -1 for a key with a NULL in it.
    let ids = PlainBuffer<Int32>(filledWith: -1)

    init(columns: [Int], types: [ValueType]) {
      self.columns = columns
      index = KeyIndex(types: types)
    }

    /// How many keys are asked for.
    var askedCount: Int {
      guard let asked else { return index.count }
      return (0..<index.count).count { asked.base[$0] != 0 }
    }

    convenience init(for use: GroupUse) {
      self.init(columns: KeyMapping.columns(of: use), types: use.keys.map(\.type))
    }

    /// Whether the keys of a use are these columns, read as these types.
    func serves(_ use: GroupUse) -> Bool {
      columns == KeyMapping.columns(of: use) && index.types == use.keys.map(\.type)
    }

    private static func columns(of use: GroupUse) -> [Int] { use.keys.map { $0.labelColumn ?? -1 } }
  }

  var rowCount = 0
  /// Codes on the axis, offset included; meaningless where `hasMoment` is 0.
  let moments = PlainBuffer<Int64>(filledWith: 0)
  let hasMoment = PlainBuffer<UInt8>(filledWith: 0)
  /// The label column that holds the moments, if one does.
  var momentColumn: Int?
  var mappings: [KeyMapping] = []
  /// Cells of the columns that WHERE and ORDER BY read, of a table all, by label column.
  var captured: [Int: Column] = [:]
  /// Inferred types by label column, for those of a file that need one.
  var inferredTypes: [Int: ValueType] = [:]
  /// Where each record starts in the source; only kept for ORDER BY.
  let offsets = PlainBuffer<Int>(filledWith: 0)
  /// 1 for rows of the result; nil for all. Rows that the key condition cuts are not asked for at all.
  var included: PlainBuffer<UInt8>?

  /// No labels yet, and a mapping for each way in which the uses of a plan read keys.
  convenience init(for plan: SelectPlan, momentColumn: Int?) {
    self.init()
    self.momentColumn = momentColumn
    for use in plan.uses where !mappings.contains(where: { $0.serves(use) }) { mappings.append(KeyMapping(for: use)) }
  }

  /// Bytes of the keys, and of the texts that WHERE and ORDER BY read.
  var byteCount: Int {
    mappings.reduce(0) { $0 + $1.index.byteCount } + captured.values.reduce(0) { $0 + $1.arena.count }
  }

  /// How many labels ask for a row of a key at a moment.
  func placedCount(_ mapping: KeyMapping) -> Int {
    (0..<rowCount).count { row in
      mapping.ids.base[row] >= 0 && hasMoment.base[row] != 0 && included.map { $0.base[row] != 0 } ?? true
    }
  }

  /// The mapping of a use's keys.
  func mapping(of use: GroupUse) -> KeyMapping {
    guard let mapping = mappings.first(where: { $0.serves(use) }) else {
      preconditionFailure("a use of a group has no key mapping")
    }
    return mapping
  }
}
