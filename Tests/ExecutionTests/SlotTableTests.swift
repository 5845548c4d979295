import SpellCore
import SpellTables
import TestSupport
import Testing

@testable import SpellExecution

@Suite struct SlotTableTests {
  /// Labels of one int key.
  private func table(
    _ labels: [(key: Int64?, moment: Int64?)], included: [UInt8]? = nil, cancellation: Cancellation = Cancellation()
  ) throws -> (LabelTable, SlotTable) {
    let table = LabelTable()
    let mapping = LabelTable.KeyMapping(columns: [0], types: [.int])
    table.mappings = [mapping]
    table.rowCount = labels.count
    for label in labels {
      table.moments.append(label.moment ?? 0)
      table.hasMoment.append(label.moment == nil ? 0 : 1)
    }
    if let included {
      table.included = PlainBuffer(filledWith: 0)
      for flag in included { table.included?.append(flag) }
    }
    mapping.ids.extend(to: labels.count)
    let keys = Column(.int, labels.map { $0.key.map { .integer($0) } ?? .null })
    mapping.index.insert([keys], count: labels.count, ids: mapping.ids.base)
    return (table, try SlotTable(mapping: mapping, labels: table, cancellation: cancellation))
  }

  private func values<Element>(_ buffer: PlainBuffer<Element>) -> [Element] { (0..<buffer.count).map { buffer[$0] } }

  @Test func slotsAreSortedByKeyAndMoment() throws {
    let (_, slots) = try table([(7, 30), (5, 10), (7, 10), (nil, 20), (5, nil), (7, 20), (9, nil), (7, 10)])
    #expect(values(slots.starts) == [0, 4, 5, 5])
    #expect(values(slots.moments) == [10, 10, 20, 30, 10])
    #expect(values(slots.slotOfRow) == [3, 4, 0, -1, -1, 2, -1, 1])
  }

  @Test func rowsThatTheConditionCutsHaveNoSlot() throws {
    let (_, slots) = try table([(1, 3), (1, 2), (2, 1), (1, 1)], included: [1, 0, 0, 1])
    #expect(values(slots.starts) == [0, 2, 2])
    #expect(values(slots.moments) == [1, 3])
    #expect(values(slots.slotOfRow) == [1, -1, -1, 0])
  }

  @Test func thereMayBeNoSlotAtAll() throws {
    for labels in [[], [(nil, 5)], [(5, nil)]] as [[(key: Int64?, moment: Int64?)]] {
      let (_, slots) = try table(labels)
      #expect(slots.count == 0)
      #expect(values(slots.slotOfRow).allSatisfy { $0 == -1 })
    }
  }

  @Test func theLabelsOfOneKeyCanBeInterruptedToo() throws {
    let cancellation = Cancellation()
    cancellation.cancel()
    let labels = (0..<20_000).map { (key: Int64?(1), moment: Int64?(-$0)) }
    #expect(throws: SpellError.self) { try table(labels, cancellation: cancellation) }
    let sort = LabelSort(cancellation)
    let entries = PlainBuffer<LabelSort.Entry>(filledWith: LabelSort.Entry(moment: 0, row: 0))
    for (row, label) in labels.enumerated() {
      entries.append(LabelSort.Entry(moment: label.moment ?? 0, row: Int32(row)))
    }
    #expect(throws: SpellError.self) { try sort.sort(entries.base, count: entries.count) }
    cancellation.reset()
    try sort.sort(entries.base, count: entries.count)
    #expect(entries[0].moment == -19_999 && entries[19_999].moment == 0)
  }

  @Test func everyLabelFindsItsMoment() throws {
    var random = SeededRandom(seed: 9)
    let labels = (0..<3000).map { _ -> (key: Int64?, moment: Int64?) in
      (random.chance(3) ? nil : Int64(random.below(40)), random.chance(3) ? nil : Int64(random.below(500)) - 250)
    }
    let (table, slots) = try table(labels)
    let mapping = table.mappings[0]
    #expect(slots.count == labels.count { $0.key != nil && $0.moment != nil })
    for (row, label) in labels.enumerated() {
      let slot = Int(slots.slotOfRow[row])
      guard label.key != nil, let moment = label.moment else {
        #expect(slot == -1)
        continue
      }
      let id = Int(mapping.ids[row])
      #expect(slots.moments[slot] == moment)
      #expect((Int(slots.starts[id])..<Int(slots.starts[id + 1])).contains(slot))
    }
    for id in 0..<mapping.index.count {
      let moments = (slots.starts[id]..<slots.starts[id + 1]).map { slots.moments[Int($0)] }
      #expect(moments == moments.sorted())
    }
  }

  @Test func aKeyWithManyLabelsIsSortedAlike() throws {
    var random = SeededRandom(seed: 4)
    for spread in [1, 2, 3000, 1 << 30, Int.max] {
      let moments = (0..<3000).map { _ in Int64(random.below(spread)) }
      for moments in [moments, moments.sorted(), moments.reversed(), [.max, .min] + moments.map { -$0 }] {
        let (table, slots) = try table(moments.map { (1, $0) })
        #expect(values(slots.moments) == moments.sorted())
        for (row, moment) in moments.enumerated() { #expect(slots.moments[Int(slots.slotOfRow[row])] == moment) }
        // Labels of one moment keep their order.
        let equal = moments.indices.filter { moments[$0] == moments[0] }.map { slots.slotOfRow[$0] }
        #expect(equal == equal.sorted() && table.rowCount == moments.count)
      }
    }
  }

  @Test func rowsFindTheFirstMomentThatIsNotTooEarly() throws {
    let (_, slots) = try table([(7, 10), (7, 20), (7, 20), (5, 10), (7, .max), (3, nil)])
    // By row: key id, availability, the slot; that after which the moment must be.
    let rows: [(id: Int32, available: Int64, slot: Int32, later: Int32)] = [
      (0, .min, 0, 0), (0, 10, 0, 1), (0, 11, 1, 1), (0, 20, 1, 3), (0, 21, 3, 3), (0, .max, 3, -1), (1, 10, 4, -1),
      (1, 11, -1, -1), (2, 0, -1, -1), (-1, 0, -1, -1),
    ]
    for isStrict in [false, true] {
      var found = rows.map(\.id)
      found.withUnsafeMutableBufferPointer { found in
        if let base = found.baseAddress {
          slots.find(0..<rows.count, available: rows.map(\.available), isStrict: isStrict, slots: base)
        }
      }
      #expect(found == rows.map { isStrict ? $0.later : $0.slot })
    }
  }
}
