import CMemory
import Glibc
import SpellCore
import SpellTables

/// Gives 64-bit keys dense ids: open addressing with linear probing, at most half full. Keys that lie close together,
/// as numbers that were counted up do, are found in a plain array by their distance to the least.
final class IntegerKeyTable {
  private struct Entry {
    var key: Int64
    /// -1: empty.
    var id: Int32
  }

  /// How many places of the array there may be for a key.
  private static let sparseness = 8

  private var entries: UnsafeMutablePointer<Entry>
  private var mask: Int
  let keys = PlainBuffer<Int64>(filledWith: 0)
  /// Ids by distance to `first`, -1 for none: every key of its range is here. Empty while keys are too far apart.
  private var near = PlainBuffer<Int32>(filledWith: -1)
  private var first: Int64 = 0

  /// With room for about so many keys.
  init(capacity: Int) {
    mask = max(1024, 1 << (Int.bitWidth - (capacity * 2).leadingZeroBitCount)) - 1
    entries = .allocate(capacity: mask + 1)
    entries.initialize(repeating: Entry(key: 0, id: -1), count: mask + 1)
  }

  deinit { entries.deallocate() }

  var byteCount: Int { (mask + 1) * MemoryLayout<Entry>.stride + keys.count * 8 + near.count * 4 }

  /// The ids of some keys, or -1.
  func find(_ wanted: UnsafePointer<Int64>, count: Int, ids: UnsafeMutablePointer<Int32>) {
    let near = near.base
    let range = UInt64(self.near.count)
    let first = first
    for row in 0..<count where UInt64(bitPattern: wanted[row] &- first) >= range {
      cmemory_prefetch(entries + (Int(truncatingIfNeeded: KeyHash.of(wanted[row])) & mask))
    }
    for row in 0..<count {
      let distance = UInt64(bitPattern: wanted[row] &- first)
      ids[row] = distance < range ? near[Int(distance)] : find(wanted[row])
    }
  }

  private func find(_ key: Int64) -> Int32 {
    var place = Int(truncatingIfNeeded: KeyHash.of(key)) & mask
    while true {
      let entry = entries[place]
      if entry.id < 0 || entry.key == key { return entry.id }
      place = (place + 1) & mask
    }
  }

  /// The ids of some keys; those that are new get one, where `states` has a value.
  func insert(
    _ wanted: UnsafePointer<Int64>, states: UnsafePointer<UInt8>, count: Int, ids: UnsafeMutablePointer<Int32>
  ) {
    var last: Int64 = 0
    var lastID: Int32 = -1
    for row in 0..<count {
      if states[row] != CellState.value.rawValue {
        ids[row] = -1
        continue
      }
      // Rows of a key often come together.
      if lastID < 0 || wanted[row] != last {
        last = wanted[row]
        lastID = insert(last)
      }
      ids[row] = lastID
    }
  }

  private func insert(_ key: Int64) -> Int32 {
    let distance = UInt64(bitPattern: key &- first)
    let isNear = distance < UInt64(near.count)
    if isNear, near.base[Int(distance)] >= 0 { return near.base[Int(distance)] }
    var place = Int(truncatingIfNeeded: KeyHash.of(key)) & mask
    while entries[place].id >= 0 {
      if entries[place].key == key { return entries[place].id }
      place = (place + 1) & mask
    }
    let id = Int32(keys.count)
    entries[place] = Entry(key: key, id: id)
    if isNear { near.base[Int(distance)] = id }
    keys.append(key)
    if keys.count * 2 > mask { grow() }
    return id
  }

  private func grow() {
    entries.deallocate()
    mask = mask * 2 + 1
    entries = .allocate(capacity: mask + 1)
    entries.initialize(repeating: Entry(key: 0, id: -1), count: mask + 1)
    for id in 0..<keys.count {
      var place = Int(truncatingIfNeeded: KeyHash.of(keys[id])) & mask
      while entries[place].id >= 0 { place = (place + 1) & mask }
      entries[place] = Entry(key: keys[id], id: Int32(id))
    }
    drawNear()
  }

  /// Makes the array anew for the keys that there are.
  private func drawNear() {
    let all = UnsafeBufferPointer(start: keys.base, count: keys.count)
    guard let least = all.min(), let greatest = all.max() else { return }
    let span = UInt64(bitPattern: greatest &- least)
    near = PlainBuffer(filledWith: -1)
    guard span < UInt64(keys.count * Self.sparseness) else { return }
    first = least
    near.extend(to: Int(span) + 1)
    for id in 0..<keys.count { near.base[Int(keys[id] &- least)] = Int32(id) }
  }
}

/// Gives byte keys dense ids. The bytes lie side by side; an entry keeps the hash, so that misses rarely look there.
final class ByteKeyTable {
  private struct Entry {
    var hash: UInt64
    /// -1: empty.
    var id: Int32
  }

  private var entries: UnsafeMutablePointer<Entry>
  private var mask: Int
  private let places = PlainBuffer<Int>(filledWith: 0)
  private let lengths = PlainBuffer<Int32>(filledWith: 0)
  private let bytes = PlainBuffer<UInt8>(filledWith: 0)

  init() {
    mask = 1023
    entries = .allocate(capacity: mask + 1)
    entries.initialize(repeating: Entry(hash: 0, id: -1), count: mask + 1)
  }

  deinit { entries.deallocate() }

  var count: Int { places.count }

  var byteCount: Int { (mask + 1) * MemoryLayout<Entry>.stride + places.count * 12 + bytes.count }

  /// The bytes of a key, valid until the next insertion.
  func key(_ id: Int) -> ByteSlice { ByteSlice(start: bytes.base + places[id], count: Int(lengths[id])) }

  func find(_ key: ByteSlice, hash: UInt64) -> Int32 {
    let place = self.place(of: key, hash: hash)
    return entries[place].id
  }

  func insert(_ key: ByteSlice, hash: UInt64) -> Int32 {
    let place = self.place(of: key, hash: hash)
    if entries[place].id >= 0 { return entries[place].id }
    let id = Int32(places.count)
    entries[place] = Entry(hash: hash, id: id)
    let start = bytes.count
    places.append(start)
    lengths.append(Int32(key.count))
    bytes.append(contentsOf: UnsafeRawBufferPointer(key))
    if places.count * 2 > mask { grow() }
    return id
  }

  /// The entry of a key, or the empty one where it belongs.
  private func place(of key: ByteSlice, hash: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = entries[place]
      if entry.id < 0 { return place }
      if entry.hash == hash, KeyHash.areEqual(self.key(Int(entry.id)), key) { return place }
      place = (place + 1) & mask
    }
  }

  private func grow() {
    let old = entries
    let oldCount = mask + 1
    mask = mask * 2 + 1
    entries = .allocate(capacity: mask + 1)
    entries.initialize(repeating: Entry(hash: 0, id: -1), count: mask + 1)
    for index in 0..<oldCount where old[index].id >= 0 {
      var place = Int(truncatingIfNeeded: old[index].hash) & mask
      while entries[place].id >= 0 { place = (place + 1) & mask }
      entries[place] = old[index]
    }
    old.deallocate()
  }
}

/// Hashes of keys. Tables take the low bits.
enum KeyHash {
  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  @inline(__always)
  static func of(_ key: Int64) -> UInt64 { mix(UInt64(bitPattern: key) ^ 0x2545_F491_4F6C_DD1D, multiplier) }

  static func of(_ key: ByteSlice) -> UInt64 {
    guard let base = key.baseAddress.map({ UnsafeRawPointer($0) }) else { return multiplier }
    var hash = mix(UInt64(key.count) ^ 0xA076_1D64_78BD_642F, multiplier)
    var offset = 0
    while offset + 8 <= key.count {
      hash = mix(hash ^ (base + offset).loadUnaligned(as: UInt64.self), 0xE703_7ED1_A0B4_28DB)
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < key.count {
      tail = tail << 8 | UInt64(base.load(fromByteOffset: offset, as: UInt8.self))
      offset += 1
    }
    return mix(hash ^ tail, 0x8EBC_6AF0_9C88_C6E3)
  }

  static func areEqual(_ left: ByteSlice, _ right: [UInt8]) -> Bool {
    right.withUnsafeBufferPointer { areEqual(left, $0) }
  }

  static func areEqual(_ left: ByteSlice, _ right: ByteSlice) -> Bool {
    guard left.count == right.count else { return false }
    guard let leftBase = left.baseAddress, let rightBase = right.baseAddress else { return true }
    return memcmp(leftBase, rightBase, left.count) == 0
  }
}
