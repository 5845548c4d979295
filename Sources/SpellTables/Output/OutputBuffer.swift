import Glibc
import SpellCore

/// Bytes on their way to a target, which gets them in large pieces. Appending allocates nothing.
///
/// What is not flushed is lost: a statement that failed prints nothing more.
@usableFromInline
package struct OutputBuffer: ~Copyable {
  package static let standardCapacity = 256 << 10
  /// Room for any value of fixed size.
  @usableFromInline static let longestFixedText = 64

  @usableFromInline let base: UnsafeMutablePointer<UInt8>
  @usableFromInline let capacity: Int
  @usableFromInline var count = 0
  private let target: any OutputTarget

  package init(_ target: any OutputTarget, capacity: Int = OutputBuffer.standardCapacity) {
    self.target = target
    self.capacity = max(Self.longestFixedText, capacity)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  /// Hands everything to the target.
  @usableFromInline
  package mutating func flush() throws {
    if count == 0 { return }
    try target.write(ByteSlice(start: UnsafePointer(base), count: count))
    count = 0
  }

  @inlinable
  package mutating func append(_ byte: UInt8) throws {
    if count == capacity { try flush() }
    base[count] = byte
    count += 1
  }

  @inlinable
  package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    guard let source = bytes.baseAddress else { return }
    if bytes.count > capacity - count { return try appendLarge(bytes) }
    (base + count).update(from: source, count: bytes.count)
    count += bytes.count
  }

  package mutating func append(_ text: String) throws {
    var text = text
    let appended = text.withUTF8 { bytes in
      if bytes.count > capacity - count { return false }
      if let source = bytes.baseAddress { (base + count).update(from: source, count: bytes.count) }
      count += bytes.count
      return true
    }
    if !appended { for byte in text.utf8 { try append(byte) } }
  }

  package mutating func append(repeating byte: UInt8, count: Int) throws {
    for _ in 0..<max(0, count) { try append(byte) }
  }

  package mutating func append(integer: Int64) throws {
    try reserve()
    count += NumberText.writeInt(integer, to: base + count)
  }

  package mutating func append(float: Double) throws {
    try reserve()
    count += NumberText.writeFloat(float, to: base + count)
  }

  /// An instant in microseconds of UTC.
  package mutating func append(time: Int64) throws {
    try reserve()
    count += TimeText.write(time, to: base + count)
  }

  /// A day, in days since 1970-01-01.
  package mutating func append(date: Int64) throws {
    try reserve()
    count += TimeText.writeDate(date, to: base + count)
  }

  package mutating func append(bool: Bool) throws {
    try append(bool ? "true" : "false")
  }

  /// Two lower-case digits for each byte.
  package mutating func append(hex bytes: ByteSlice) throws {
    for byte in bytes {
      try append(hexDigit(byte >> 4))
      try append(hexDigit(byte & 15))
    }
  }

  /// Makes room for one value of fixed size.
  private mutating func reserve() throws {
    if capacity - count < Self.longestFixedText { try flush() }
  }

  @usableFromInline
  mutating func appendLarge(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    try flush()
    if bytes.count > capacity { return try target.write(bytes) }
    try append(bytes)
  }
}

private func hexDigit(_ value: UInt8) -> UInt8 { value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10) }
