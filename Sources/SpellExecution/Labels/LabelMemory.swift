import SpellPlanning

/// How much memory labels take, with all that a join keeps for them.
struct LabelMemory {
  /// Of a label among the slots of its key: a moment, two references, and an entry while they are sorted.
  private static let slot = 32
  /// Of a label for a use: the winner, the age, and what is kept by key.
  private static let use = 24
  /// Of a label itself: its moment and where it begins.
  private static let label = 20
  /// Of a value that WHERE or ORDER BY reads, without its text.
  private static let cell = 9
  /// Of a text that answers: more than most have.
  private static let text = 24

  private let bytes: Int
  private let bytesPerLabel: Int

  init(_ plan: SelectPlan, capturedColumns: Int, bytes: Int) {
    self.bytes = bytes
    var mappings: [LabelTable.KeyMapping] = []
    var sum = Self.label + capturedColumns * Self.cell
    for use in plan.uses {
      if !mappings.contains(where: { $0.serves(use) }) {
        mappings.append(LabelTable.KeyMapping(for: use))
        sum += Self.slot
      }
      let texts = use.features.count { $0.type.layout == .bytes }
      sum += Self.use + SlotStore.mostBytes(featureCount: use.features.count) + Self.text * texts
    }
    bytesPerLabel = sum
  }

  /// How many labels there is room for beside the keys and texts of a table: at least one, and not more than slots can
  /// be numbered.
  func rows(beside table: LabelTable) -> Int {
    min(max((bytes - table.byteCount) / bytesPerLabel, 1), Int(Int32.max) / 2)
  }
}
