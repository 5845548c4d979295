/// A pattern of LIKE: `%` stands for any text, `_` for one character, `\` takes the next character as it is. Case
/// counts, as in PostgreSQL.
package struct LikePattern {
  private enum Part {
    case any
    case one
    case byte(UInt8)
  }

  private let parts: [Part]

  /// A pattern that only the text itself fits.
  package static func escaped(_ text: String) -> String {
    text.map { "%_\\".contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  package init(_ pattern: ByteSlice) {
    var parts: [Part] = []
    var isEscaped = false
    for byte in pattern {
      if isEscaped {
        parts.append(.byte(byte))
        isEscaped = false
      } else {
        switch byte {
        case UInt8(ascii: "\\"): isEscaped = true
        case UInt8(ascii: "%"): parts.append(.any)
        case UInt8(ascii: "_"): parts.append(.one)
        default: parts.append(.byte(byte))
        }
      }
    }
    if isEscaped { parts.append(.byte(UInt8(ascii: "\\"))) }
    self.parts = parts
  }

  /// Walks both once and, after a mismatch, goes back to the last `%`: no recursion, quadratic at worst.
  package func matches(_ text: ByteSlice) -> Bool {
    var part = 0
    var position = 0
    var retry: (part: Int, position: Int)?
    while position < text.count {
      if part < parts.count {
        switch parts[part] {
        case .any:
          retry = (part + 1, position)
          part += 1
          continue
        case .one:
          position += LikePattern.scalarLength(text, at: position)
          part += 1
          continue
        case .byte(let byte) where byte == text[position]:
          position += 1
          part += 1
          continue
        case .byte: break
        }
      }
      guard let last = retry else { return false }
      let next = last.position + LikePattern.scalarLength(text, at: last.position)
      retry = (last.part, next)
      part = last.part
      position = next
    }
    return parts[part...].allSatisfy { if case .any = $0 { true } else { false } }
  }

  private static func scalarLength(_ text: ByteSlice, at position: Int) -> Int {
    var end = position + 1
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return end - position
  }
}
