import SpellCore

/// Growing memory for the bytes of cells. A place in it is the offset of a 4-byte length that the bytes follow.
@usableFromInline
package struct ByteArena: ~Copyable {
  @usableFromInline var base: UnsafeMutableRawPointer?
  @usableFromInline var capacity = 0
  @usableFromInline package var count = 0

  @inlinable package init() {}

  deinit { base?.deallocate() }

  /// Forgets all bytes and keeps the memory.
  @inlinable package mutating func reset() { count = 0 }

  /// Copies bytes in; returns their place.
  @inlinable
  package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
    let place = count
    let end = place + 4 + bytes.count
    if end > capacity { grow(to: end) }
    let memory = base.unsafelyUnwrapped + place
    memory.storeBytes(of: UInt32(truncatingIfNeeded: bytes.count), as: UInt32.self)
    if let source = bytes.baseAddress { (memory + 4).copyMemory(from: source, byteCount: bytes.count) }
    count = end
    return Int64(place)
  }

  /// The bytes at a place, valid until the next change.
  @inlinable
  package func bytes(at place: Int64) -> UnsafeBufferPointer<UInt8> {
    let memory = base.unsafelyUnwrapped + Int(place)
    let length = Int(memory.loadUnaligned(as: UInt32.self))
    return UnsafeBufferPointer(start: (memory + 4).assumingMemoryBound(to: UInt8.self), count: length)
  }

  @usableFromInline
  mutating func grow(to needed: Int) {
    let size = max(needed, capacity * 2, 1024)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
    if let base {
      memory.copyMemory(from: base, byteCount: count)
      base.deallocate()
    }
    base = memory
    capacity = size
  }
}
