import SpellCore

/// Code that is fed bytes from outside: it may refuse them, but it must not trap, hang, or say what is not so.
struct FuzzTarget: Sendable {
  let name: String
  /// Pieces of its language, which mutations put in.
  let words: [String]
  /// Throws `Finding` if something that has to hold does not.
  let check: @Sendable ([UInt8]) throws -> Void

  static let all = [
    statements, metadata, labels, times, numbers, urls, rows, history, queries, world,
  ]

  static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Something that has to hold and does not.
struct Finding: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

func expect(_ condition: Bool, _ text: @autoclosure () -> String) throws {
  if !condition { throw Finding(text()) }
}

extension [UInt8] {
  /// The bytes as text, as far as they are.
  var text: String { String(decoding: self, as: UTF8.self) }
}

/// What is told has its place within its text, and does nothing to a terminal.
func expectSafe(_ diagnostics: [Diagnostic]) throws {
  for diagnostic in diagnostics {
    if let location = diagnostic.location {
      let span = location.span
      try expect(
        span.start >= 0 && span.start <= span.end && span.end <= location.source.bytes.count,
        "\(diagnostic.code) is at \(span) of \(location.source.bytes.count) bytes")
    }
    let shown = DiagnosticRenderer().render(diagnostic)
    try expect(
      !shown.unicodeScalars.contains { $0 != "\n" && VisibleText.isControl($0) },
      "\(diagnostic.code) sends control characters to the terminal: \(shown.debugDescription)")
  }
}
