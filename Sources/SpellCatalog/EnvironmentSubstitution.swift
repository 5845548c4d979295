import SpellCore

/// Replaces `${NAME}` and `${NAME:-default}` in a text; `$${` stands for a literal `${`.
enum EnvironmentSubstitution {
  /// A reference that could not be replaced.
  struct Failure {
    var problem: Problem
    /// The reference as written, or what follows an unclosed `${`.
    var written: String
    /// How many `${` stand before it in the text.
    var ordinal: Int
  }

  enum Problem: Equatable {
    case missing(name: String)
    case unclosed
    /// Neither `NAME` nor `NAME:-default` stands in the braces.
    case malformed
  }

  /// What was put in is not looked at again.
  static func replace(_ text: String, environment: (String) -> String?) -> (text: String, failures: [Failure]) {
    // As nearly all texts are.
    guard withBytes(of: text, { $0.contains(UInt8(ascii: "$")) }) else { return (text, []) }
    let opening = Array("${".utf8)
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var failures: [Failure] = []
    var ordinal = 0
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "$"), bytes[(index + 1)...].starts(with: opening) {
        result += opening
        index += 3
        ordinal += 1
      } else if bytes[index...].starts(with: opening) {
        let inside = index + 2
        let close = bytes[inside...].firstIndex(of: UInt8(ascii: "}"))
        let end = close ?? bytes.count
        switch close == nil ? .failure(.unclosed) : value(of: bytes[inside..<end], environment) {
        case .success(let value): result += value.utf8
        case .failure(let problem):
          let written = String(decoding: bytes[index..<min(end + 1, bytes.count)], as: UTF8.self)
          failures.append(Failure(problem: problem, written: written, ordinal: ordinal))
        }
        index = end + 1
        ordinal += 1
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return (String(decoding: result, as: UTF8.self), failures)
  }

  private static func value(
    of inside: ArraySlice<UInt8>, _ environment: (String) -> String?
  ) -> Result<String, Problem> {
    let nameEnd = inside.firstIndex { !isNameByte($0) } ?? inside.endIndex
    let name = String(decoding: inside[..<nameEnd], as: UTF8.self)
    let rest = inside[nameEnd...]
    guard let first = name.utf8.first, !isDigit(first) else { return .failure(.malformed) }
    let value = environment(name)
    if rest.isEmpty { return value.map { .success($0) } ?? .failure(.missing(name: name)) }
    // The `}` of a reference within a default would end the default, so that there is none.
    guard rest.starts(with: ":-".utf8), !rest.dropFirst(2).contains(UInt8(ascii: "$")) else {
      return .failure(.malformed)
    }
    if let value, !value.isEmpty { return .success(value) }
    return .success(String(decoding: rest.dropFirst(2), as: UTF8.self))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || isDigit(byte) || byte == UInt8(ascii: "_")
  }
}

extension EnvironmentSubstitution.Problem: Error {}
