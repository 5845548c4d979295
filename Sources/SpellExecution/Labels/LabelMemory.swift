import SpellPlanning

/// How much memory labels take, with all that a join keeps for them: the most that it can be, for labels that share no
/// key.
struct LabelMemory {
  /// Of a key in an index: the key, its entries at the fullest, the array beside them, and two places that grow.
  private static let key = 120
  /// Of a text, and of a key that has texts: more than most have.
  private static let text = 32
  /// Of a label among the slots of its key: a moment, two references, and an entry while they are sorted.
  private static let slot = 32
  /// Of a label for a use: the winner, the age, and what is kept by key.
  private static let use = 24
  /// Of a label itself: its moment and where it begins.
  private static let label = 20
  private static let cell = 9

  private let bytesPerRow: Int

  init(_ plan: SelectPlan, capturedColumns: Int) {
    var mappings: [LabelTable.KeyMapping] = []
    var bytes = Self.label + capturedColumns * (Self.cell + Self.text)
    for use in plan.uses {
      if !mappings.contains(where: { $0.serves(use) }) {
        mappings.append(LabelTable.KeyMapping(for: use))
        bytes += Self.key + Self.slot + Self.text * use.keys.count { $0.type.layout == .bytes }
      }
      let texts = use.features.count { $0.type.layout == .bytes }
      bytes += Self.use + SlotStore.mostBytes(featureCount: use.features.count) + Self.text * texts
    }
    bytesPerRow = bytes
  }

  /// How many labels fit so many bytes: at least one, and not more than slots can be numbered.
  func rows(in memory: Int) -> Int { min(max(memory / bytesPerRow, 1), Int(Int32.max) / 2) }
}
