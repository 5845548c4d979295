import Glibc
import SpellCore
import SpellTables

/// What each slot of a fold holds: a record of the row that wins so far, so that a row that comes touches one place in
/// memory.
///
/// A record is its flags and the states of the features, a byte each, filled up to a word; the event of a timed group;
/// the created time of a group that has one; and a word per feature, as in a `Column`. Memory that was never written is
/// an empty record.
final class SlotStore {
  /// Bits of a record's flags.
  struct Flag {
    static let occupied: UInt8 = 1
    /// Another row had the same event and created time.
    static let tied: UInt8 = 2
    /// The winner, or a row fully tied with it, holds a value that does not fit its type.
    static let invalid: UInt8 = 4
  }

  /// Of the features.
  let types: [ValueType]
  private(set) var count: Int
  private(set) var base: UnsafeMutableRawPointer
  /// Bytes of a record.
  let stride: Int
  /// Where a record's event, created time and first feature are.
  let eventOffset: Int
  let createdOffset: Int
  let wordsOffset: Int

  private let memory: ZeroedMemory
  private var pool = TextPool()

  init(types: [ValueType], isTimed: Bool, hasCreated: Bool, count: Int) {
    self.types = types
    self.count = count
    eventOffset = Self.headBytes(featureCount: types.count)
    createdOffset = eventOffset + (isTimed ? 8 : 0)
    wordsOffset = createdOffset + (hasCreated ? 8 : 0)
    stride = wordsOffset + types.count * 8
    memory = ZeroedMemory(byteCount: count * stride)
    base = memory.base
  }

  /// The flags and states.
  private static func headBytes(featureCount: Int) -> Int { (1 + featureCount + 7) / 8 * 8 }

  /// Bytes of a record of so many features with an event and a created time.
  static func mostBytes(featureCount: Int) -> Int { headBytes(featureCount: featureCount) + 16 + featureCount * 8 }

  /// Bytes that the store occupies.
  var byteCount: Int { count * stride + pool.count }

  /// Adds empty records; pointers taken before are void afterwards.
  func extend(to newCount: Int) {
    guard newCount > count else { return }
    memory.extend(to: newCount * stride)
    base = memory.base
    count = newCount
  }

  // MARK: - Reading

  @inline(__always)
  func flags(_ slot: Int) -> UInt8 { base.load(fromByteOffset: slot * stride, as: UInt8.self) }

  @inline(__always)
  func isOccupied(_ slot: Int) -> Bool { flags(slot) & Flag.occupied != 0 }

  @inline(__always)
  func event(_ slot: Int) -> Int64 { base.load(fromByteOffset: slot * stride + eventOffset, as: Int64.self) }

  /// The created time of a group that has one.
  @inline(__always)
  func created(_ slot: Int) -> Int64 { base.load(fromByteOffset: slot * stride + createdOffset, as: Int64.self) }

  @inline(__always)
  func state(_ slot: Int, _ feature: Int) -> UInt8 {
    base.load(fromByteOffset: slot * stride + 1 + feature, as: UInt8.self)
  }

  @inline(__always)
  func word(_ slot: Int, _ feature: Int) -> Int64 {
    base.load(fromByteOffset: slot * stride + wordsOffset + feature * 8, as: Int64.self)
  }

  /// Puts the cell of a feature into a row of a column.
  func copy(_ slot: Int, _ feature: Int, to column: Column, row: Int) {
    switch CellState(rawValue: state(slot, feature)) {
    case .value where column.type.layout == .bytes: column.set(row, bytes: pool.bytes(at: word(slot, feature)))
    case .value: column.set(row, integer: word(slot, feature))
    case .invalid: column.setInvalid(row, bytes: pool.bytes(at: word(slot, feature)))
    case .null, nil: column.setNull(row)
    }
  }

  /// Fills a column with the cells of a feature at some slots, NULL where there is none. Invalid cells are still here
  /// under `invalid: null` only, and read as NULL.
  func gather(_ feature: Int, slots: UnsafePointer<Int32>, count: Int, into target: Column) {
    let isBytes = types[feature].layout == .bytes
    let words = target.words
    let states = target.states
    for index in 0..<count {
      let slot = Int(slots[index])
      if slot < 0 || state(slot, feature) != CellState.value.rawValue {
        states[index] = CellState.null.rawValue
      } else if isBytes {
        target.set(index, bytes: pool.bytes(at: word(slot, feature)))
      } else {
        states[index] = CellState.value.rawValue
        words[index] = word(slot, feature)
      }
    }
  }

  // MARK: - Writing

  /// Makes a record that of a row of a batch, as far as flags and features go.
  @inline(__always)
  func occupy(_ record: UnsafeMutableRawPointer, with row: Int, of lanes: FeatureLanes) {
    record.storeBytes(of: Flag.occupied | (lanes.hasInvalid(row) ? Flag.invalid : 0), as: UInt8.self)
    write(row, of: lanes, to: record)
  }

  /// Puts the features of a row of a batch into a record.
  @inline(__always)
  func write(_ row: Int, of lanes: FeatureLanes, to record: UnsafeMutableRawPointer) {
    let states = (record + 1).assumingMemoryBound(to: UInt8.self)
    let words = (record + wordsOffset).assumingMemoryBound(to: Int64.self)
    for lane in 0..<lanes.count {
      states[lane] = lanes[lane].states[row]
      words[lane] = lanes[lane].words[row]
    }
    if lanes.haveBytes { writeBytes(row, of: lanes, states, words) }
  }

  /// Makes a record the same as another.
  func move(_ slot: Int, to other: Int) {
    (base + other * stride).copyMemory(from: base + slot * stride, byteCount: stride)
  }

  private func writeBytes(
    _ row: Int, of lanes: FeatureLanes, _ states: UnsafeMutablePointer<UInt8>, _ words: UnsafeMutablePointer<Int64>
  ) {
    for lane in 0..<lanes.count where lanes[lane].holdsBytes(row) {
      words[lane] = pool.place(of: lanes.column(lane).bytes(row))
    }
    if pool.isWasteful { gatherBytes() }
  }

  /// Lets go of the bytes that no record holds any more.
  private func gatherBytes() {
    var fresh = TextPool()
    for slot in 0..<count where isOccupied(slot) {
      for feature in types.indices where holdsBytes(slot, feature) {
        let place = fresh.place(of: pool.bytes(at: word(slot, feature)))
        base.storeBytes(of: place, toByteOffset: slot * stride + wordsOffset + feature * 8, as: Int64.self)
      }
    }
    fresh.setGathered()
    swap(&pool, &fresh)
  }

  private func holdsBytes(_ slot: Int, _ feature: Int) -> Bool {
    CellState.holdsBytes(state(slot, feature), isByteType: types[feature].layout == .bytes)
  }
}
