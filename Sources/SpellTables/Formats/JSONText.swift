import SpellCore

/// Strings as JSON writes them.
package enum JSONText {
  /// A text in quotes; malformed UTF-8 becomes U+FFFD.
  package static func append(_ text: ByteSlice, to output: inout OutputBuffer) throws {
    try output.append(UInt8(ascii: "\""))
    if text.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      try output.append(text)
    } else {
      // Through `String`, which replaces malformed UTF-8.
      for byte in String(bytes: text).utf8 { try append(escaping: byte, to: &output) }
    }
    try output.append(UInt8(ascii: "\""))
  }

  /// A number; what JSON has none for is text.
  package static func append(float: Double, to output: inout OutputBuffer) throws {
    if float.isFinite { return try output.append(float: float) }
    try output.append(float.isNaN ? "\"NaN\"" : float < 0 ? "\"-Infinity\"" : "\"Infinity\"")
  }

  private static func append(escaping byte: UInt8, to output: inout OutputBuffer) throws {
    switch byte {
    case UInt8(ascii: "\""): try output.append("\\\"")
    case UInt8(ascii: "\\"): try output.append("\\\\")
    case 0x0A: try output.append("\\n")
    case 0x0D: try output.append("\\r")
    case 0x09: try output.append("\\t")
    case 0..<0x20, 0x7F:
      try output.append("\\u00")
      try withUnsafeBytes(of: byte) { try output.append(hex: $0.assumingMemoryBound(to: UInt8.self)) }
    default: try output.append(byte)
    }
  }
}
