import SpellCore
import SpellTables
import TestSupport
import Testing

@testable import SpellExecution

extension SlotStore {
  /// A cell as a message shows it.
  func text(_ slot: Int, _ feature: Int) -> String {
    let cell = Column(type: types[feature], capacity: 1)
    copy(slot, feature, to: cell, row: 0)
    return cell.text(0)
  }

  /// Puts one row of features into a slot.
  func write(_ cells: [Cell], to slot: Int) {
    let lanes = FeatureLanes(types: types)
    lanes.take(RowBatch(types: types, rows: [cells]).columns[...], rows: 1)
    let record = base + slot * stride
    record.storeBytes(of: Flag.occupied, as: UInt8.self)
    write(0, of: lanes, to: record)
  }
}

@Suite struct SlotStoreTests {
  private func store(_ types: [ValueType], count: Int) -> SlotStore {
    SlotStore(types: types, isTimed: true, hasCreated: false, count: count)
  }

  @Test func everySlotKeepsWhatItHolds() {
    // Far more bytes than may be wasted, so that the live ones are gathered again and again.
    var random = SeededRandom(seed: 3)
    let store = store([.int, .str], count: 200)
    var expected = [[String]](repeating: [], count: 200)
    for round in 0..<20_000 {
      let slot = random.below(200)
      let text = String(repeating: Character(UnicodeScalar(UInt8(97 + round % 26))), count: random.below(900))
      let cell: Cell = random.chance(10) ? .null : random.chance(10) ? .invalid(text) : .text(text)
      store.write([.integer(Int64(round)), cell], to: slot)
      expected[slot] = ["\(round)", cell == .null ? "NULL" : text]
    }
    for slot in 0..<200 where !expected[slot].isEmpty {
      #expect([store.text(slot, 0), store.text(slot, 1)] == expected[slot])
    }
    #expect(store.byteCount < 4 << 20)
  }

  @Test func fewTextsTakeLittleRoom() {
    let store = store([.str], count: 10_000)
    let text = String(repeating: "x", count: 1000)
    for slot in 0..<10_000 { store.write([.text("\(text)\(slot % 10)")], to: slot) }
    #expect((0..<10_000).allSatisfy { store.text($0, 0) == "\(text)\($0 % 10)" })
    #expect(store.byteCount < 10_000 * store.stride + 100_000)
  }

  @Test func wordsAndInvalidBytesTakeTurnsInACell() {
    let store = store([.int], count: 2)
    for (cell, text) in [(.invalid("seven"), "seven"), (7, "7"), (.invalid("x"), "x"), (nil, "NULL"), (7, "7")]
      as [(Cell, String)]
    {
      store.write([cell], to: 0)
      #expect(store.text(0, 0) == text && !store.isOccupied(1))
    }
  }

  @Test func newSlotsAreEmpty() {
    let store = SlotStore(types: [.float, .str], isTimed: true, hasCreated: true, count: 0)
    for count in [1, 3, 70_000, 70_001] {
      store.extend(to: count)
      #expect((0..<count).count { store.isOccupied($0) } == (count == 1 ? 0 : 1))
      store.write([1.5, "a"], to: 0)
    }
    #expect(store.text(0, 0) == "1.5" && store.text(0, 1) == "a")
  }

  @Test func gatheringFillsAColumn() {
    let store = store([.float, .str], count: 3)
    store.write([1.5, "a"], to: 0)
    store.write([nil, .invalid("b")], to: 2)
    for (feature, texts) in [["NULL", "1.5", "NULL"], ["NULL", "a", "NULL"]].enumerated() {
      let target = Column(type: store.types[feature], capacity: 3)
      store.gather(feature, slots: [2, 0, -1], count: 3, into: target)
      #expect((0..<3).map { target.text($0) } == texts)
    }
  }
}
