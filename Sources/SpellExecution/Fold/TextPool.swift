import SpellCore
import SpellTables

/// The bytes of the cells that slots hold. Bytes that were added lately are not stored again, so that the few texts of
/// a category take no room however many rows have them.
///
/// Nothing is ever overwritten: what no slot holds any more goes when its owner gathers the pool anew.
struct TextPool: ~Copyable {
  private static let recentCount = 4096

  private var arena = ByteArena()
  /// Places by the low bits of the hash; -1 for none.
  private let recent = PlainBuffer<Int64>(count: Self.recentCount, filledWith: -1)
  /// Bytes after the last gathering.
  private var gathered = 0

  /// Bytes in use.
  var count: Int { arena.count }

  /// Whether most of the bytes may belong to no slot.
  var isWasteful: Bool { arena.count > 2 * gathered + (1 << 20) }

  /// Stores bytes; returns their place.
  mutating func place(of bytes: ByteSlice) -> Int64 {
    let entry = Int(truncatingIfNeeded: KeyHash.of(bytes)) & (Self.recentCount - 1)
    let known = recent.base[entry]
    if known >= 0, KeyHash.areEqual(arena.bytes(at: known), bytes) { return known }
    let place = arena.append(bytes)
    recent.base[entry] = place
    return place
  }

  /// The bytes at a place, valid until the pool changes.
  func bytes(at place: Int64) -> ByteSlice { arena.bytes(at: place) }

  /// Says that every byte belongs to a slot now.
  mutating func setGathered() { gathered = arena.count }
}
