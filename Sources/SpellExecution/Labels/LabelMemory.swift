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
  private let mostRows: Int

  /// Slots are numbered by 32 bits.
  init(_ plan: SelectPlan, capturedColumns: Int, bytes: Int, mostRows: Int = Int(Int32.max) / 2) {
    self.bytes = bytes
    self.mostRows = min(mostRows, Int(Int32.max) / 2)
    var mappings: [LabelTable.KeyMapping] = []
    var sum = Self.label + capturedColumns * Self.cell
    for use in plan.uses {
      if !mappings.contains(where: { $0.serves(use) }) {
        mappings.append(LabelTable.KeyMapping(for: use))
        sum += Self.slot
      }
      let texts = use.features.count { $0.type.layout == .bytes }
      sum += Self.use + SlotStore.mostBytes(featureCount: use.answeringFeatures.count) + Self.text * texts
      sum += WindowFold.bytesPerSlot(use)
    }
    bytesPerLabel = sum
  }

  /// How many labels there is room for beside the keys and texts of a table; at least one.
  func rows(beside table: LabelTable? = nil) -> Int {
    min(max((bytes - (table?.byteCount ?? 0)) / bytesPerLabel, 1), mostRows)
  }
}
