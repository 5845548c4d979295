/// A view of bytes that somebody else owns, valid for the length of the call it is passed to.
@usableFromInline package typealias ByteSlice = UnsafeBufferPointer<UInt8>

extension String {
  /// Copies bytes into a string; malformed UTF-8 becomes U+FFFD.
  package init(bytes: ByteSlice) { self = String(decoding: bytes, as: UTF8.self) }
}

/// Gives the UTF-8 bytes of a text to a function.
package func withBytes<R>(of text: String, _ body: (ByteSlice) throws -> R) rethrows -> R {
  var copy = text
  return try copy.withUTF8(body)
}
