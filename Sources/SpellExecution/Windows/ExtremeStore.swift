import SpellCore
import SpellPlanning
import SpellTables

/// MIN, MAX, FIRST or LAST at every slot: for each range of slots that a row is in, the row is offered to the few nodes
/// of a tree over the key's slots that make up the range, and in the end each node hands what it holds to the two
/// below.
///
/// The tree of a key with the slots from `start` to `end` has the nodes from twice `start` to twice `end`; the first is
/// not used, the second is the root, the two below node i are 2i and 2i + 1, and the slots are the last half. Where
/// there is one slot a key, as in a snapshot, a slot is its own node.
final class ExtremeStore {
  let rows: WindowRows
  private let isLeast: Bool
  /// FIRST and LAST, which go by events and only then by values.
  private let isTimed: Bool
  private let hasCreated: Bool
  private let lanes: FeatureLanes
  private let store: SlotStore
  /// The values of two nodes that are compared.
  private let held: (Column, Column)

  init(_ function: AggregateFunction, _ rows: WindowRows, type: ValueType, hasCreated: Bool, nodeCount: Int) {
    self.rows = rows
    isLeast = function == .min || function == .first
    isTimed = function == .first || function == .last
    self.hasCreated = isTimed && hasCreated
    lanes = FeatureLanes(types: [type])
    store = SlotStore(types: [type], isTimed: isTimed, hasCreated: self.hasCreated, count: nodeCount)
    held = (Column(type: type, capacity: 1), Column(type: type, capacity: 1))
  }

  var byteCount: Int { store.byteCount }

  func extend(to nodeCount: Int) { store.extend(to: nodeCount) }

  // MARK: - Offering

  /// Takes the values of a batch.
  func take(_ values: Column, rows: Int) { lanes.take([values], rows: rows) }

  /// Offers a row of the batch to a node.
  func offer(_ row: Int, event: Int64, created: Int64, to node: Int) {
    let record = store.base + node * store.stride
    if store.isOccupied(node), !beats(row, event: event, created: created, node) { return }
    if isTimed { record.storeBytes(of: event, toByteOffset: store.eventOffset, as: Int64.self) }
    if hasCreated { record.storeBytes(of: created, toByteOffset: store.createdOffset, as: Int64.self) }
    store.occupy(record, with: row, of: lanes)
  }

  /// Offers a row of the batch to the slots of a range, both of which are counted from the first slot of the key, which
  /// has so many.
  func offer(
    _ row: Int, event: Int64, created: Int64, to range: Range<Int>, start: Int, slotCount: Int
  ) {
    var low = range.lowerBound + slotCount
    var high = range.upperBound + slotCount
    while low < high {
      if low & 1 != 0 {
        offer(row, event: event, created: created, to: 2 * start + low)
        low += 1
      }
      if high & 1 != 0 {
        high -= 1
        offer(row, event: event, created: created, to: 2 * start + high)
      }
      low >>= 1
      high >>= 1
    }
  }

  private func beats(_ row: Int, event: Int64, created: Int64, _ node: Int) -> Bool {
    if isTimed {
      let heldEvent = store.event(node)
      if event != heldEvent { return (event < heldEvent) == isLeast }
      if hasCreated, created != store.created(node) { return (created < store.created(node)) == isLeast }
    }
    let order = lanes.compare(row, store, node)
    return isLeast ? order < 0 : order > 0
  }

  // MARK: - Finishing

  /// Hands the values of a key's nodes down to its slots, and puts them where `gather` finds them: at the number of the
  /// slot. Keys come in the order of their slots, so that no node is overwritten before it was read.
  func finish(start: Int, end: Int) {
    let slotCount = end - start
    for node in stride(from: 1, to: slotCount, by: 1) where store.isOccupied(2 * start + node) {
      hand(2 * start + node, to: 2 * (start + node))
      hand(2 * start + node, to: 2 * (start + node) + 1)
    }
    for slot in start..<end { store.move(end + slot, to: slot) }
  }

  private func hand(_ node: Int, to lower: Int) {
    if !store.isOccupied(lower) || beats(node, lower) { store.move(node, to: lower) }
  }

  private func beats(_ node: Int, _ other: Int) -> Bool {
    if isTimed {
      if store.event(node) != store.event(other) { return (store.event(node) < store.event(other)) == isLeast }
      if hasCreated, store.created(node) != store.created(other) {
        return (store.created(node) < store.created(other)) == isLeast
      }
    }
    held.0.reset()
    held.1.reset()
    store.copy(node, 0, to: held.0, row: 0)
    store.copy(other, 0, to: held.1, row: 0)
    let order = held.0.compare(0, held.1, 0)
    return isLeast ? order < 0 : order > 0
  }

  // MARK: - Reading

  func isNull(_ slot: Int) -> Bool { !store.isOccupied(slot) }

  /// Fills a column with the values of slots, NULL where there is none.
  func gather(_ slots: UnsafePointer<Int32>, count: Int, into target: Column) {
    let found = PlainBuffer<Int32>(count: count, filledWith: Fold.noRow)
    for index in 0..<count where slots[index] >= 0 && store.isOccupied(Int(slots[index])) {
      found.base[index] = slots[index]
    }
    store.gather(0, slots: found.base, count: count, into: target)
    withExtendedLifetime(found) {}
  }
}
