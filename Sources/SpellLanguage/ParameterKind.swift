import SpellCore

/// What a parameter stands for, by its place in the grammar. Raw values are the words of a saved query's header.
package enum ParameterKind: String, Sendable, CaseIterable {
  /// A text, a number, a truth value: the column or the setting decides.
  case value
  /// A count of rows.
  case number
  /// A time, `now`, or a number on an axis of numbers.
  case moment
  case duration
  case path

  /// Whether a text can be bound where a parameter of this kind stands. Of a moment the plan decides the rest: a naive
  /// time may be one that its zone skips.
  package func accepts(_ text: String) -> Bool {
    switch self {
    case .value: true
    case .number: Int(text).map { $0 >= 0 } ?? false
    case .moment:
      ParameterKind.isNow(text) || withBytes(of: text) { NumberText.parseFloat($0) != nil || ParameterKind.isTime($0) }
    case .duration: withBytes(of: text) { IntervalText.parse($0) != nil }
    case .path: !text.isEmpty && !text.utf8.contains(0)
    }
  }

  /// What is expected, for messages.
  package var expectation: String {
    switch self {
    case .value: "a value"
    case .number: "a number of rows, zero or more"
    case .moment: "a time such as 2024-01-31 12:00, `now`, or a number"
    case .duration: "a length such as 12h or 7d"
    case .path: "a path"
    }
  }

  /// Whether a statement can name a parameter so, a colon before it.
  package static func isParameterName(_ text: String) -> Bool {
    withBytes(of: ":" + text) { bytes in
      var lexer = Lexer(bytes)
      let token = lexer.next()
      return token.kind == .parameter && token.span.end == bytes.count
    }
  }

  static func isNow(_ text: String) -> Bool { text.lowercased() == "now" }

  private static func isTime(_ text: ByteSlice) -> Bool {
    if case .success = TimeText.parse(text, zone: .utc, reading: .label) { true } else { false }
  }
}
