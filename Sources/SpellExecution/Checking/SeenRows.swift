/// Tells of rows whether one like them came before, by their hashes: open addressing, at most three quarters full.
///
/// When the table may not grow any more, half of all hashes are left out from then on, and so on: what is still
/// compared is compared with all that came before, since like rows have like hashes.
final class SeenRows {
  private static let emptyPlace: UInt64 = 0

  private var places: PlainBuffer<UInt64>
  private var count = 0
  private let mostPlaces: Int
  /// Hashes that begin with a bit of 1 among so many are left out.
  private(set) var droppedBits = 0

  /// `memory` bytes hold the table, and the one that it grows out of.
  init(memory: Int) {
    mostPlaces = max(1024, memory / (MemoryLayout<UInt64>.stride * 3 / 2))
    places = PlainBuffer(count: 1024, filledWith: Self.emptyPlace)
  }

  /// Of how many hashes one is compared.
  var share: Int { 1 << droppedBits }

  /// Whether a row with this hash came before; false for one that is left out.
  func insert(_ hash: UInt64) -> Bool {
    let hash = hash == Self.emptyPlace ? 1 : hash
    guard isKept(hash) else { return false }
    if put(hash) { return true }
    count += 1
    if count * 4 > places.count * 3 { makeRoom() }
    return false
  }

  private func isKept(_ hash: UInt64) -> Bool { hash.leadingZeroBitCount >= droppedBits }

  /// Whether the hash was there already.
  private func put(_ hash: UInt64) -> Bool {
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while places.base[place] != Self.emptyPlace {
      if places.base[place] == hash { return true }
      place = (place + 1) & mask
    }
    places.base[place] = hash
    return false
  }

  private func makeRoom() {
    let old = places
    if old.count * 2 > mostPlaces { droppedBits += 1 }
    places = PlainBuffer(count: old.count * 2 > mostPlaces ? old.count : old.count * 2, filledWith: Self.emptyPlace)
    count = 0
    for index in 0..<old.count where old.base[index] != Self.emptyPlace && isKept(old.base[index]) {
      _ = put(old.base[index])
      count += 1
    }
  }
}
