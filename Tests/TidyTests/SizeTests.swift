import TestSupport
import Testing

/// What is written fits on a screen.
@Suite struct SizeTests {
  static let fileLines = 500
  static let functionLines = 70
  static let lineLength = 120

  @Test func filesAreShort() throws {
    for path in Checkout.swiftFiles {
      let count = try Checkout.lines(path).count
      #expect(count <= Self.fileLines, "\(path) has \(count) lines; the limit is \(Self.fileLines)")
    }
  }

  @Test func linesAreShort() throws {
    for path in Checkout.swiftFiles + ["Package.swift"] {
      for (index, line) in try Checkout.lines(path).enumerated() {
        #expect(line.count <= Self.lineLength, "\(path):\(index + 1) has \(line.count) columns")
      }
    }
  }

  @Test func functionsAreShort() throws {
    for path in Checkout.swiftFiles {
      for function in functions(try Checkout.lines(path)) {
        #expect(
          function.length <= Self.functionLines,
          "\(path):\(function.line) is a function of \(function.length) lines; the limit is \(Self.functionLines)")
      }
    }
  }

  @Test func functionsAreMeasuredFromHeadToClosingBrace() {
    let text = """
      struct S {
        func one() -> Int { 1 }
        init(
          a: Int,
          b: Int
        ) throws {
          if a > b {
          }
        }
        @Test func generic<T>(_ value: T)
        where T: Sendable {
          func inner() {
          }
        }
        func requirement()
      }
      """
    let found = functions(text.split(separator: "\n", omittingEmptySubsequences: false))
    #expect(found.map(\.line) == [3, 10, 12])
    #expect(found.map(\.length) == [7, 5, 2])
  }
}

/// The functions of a file that have a body of more than one line, measured by indentation, which the formatter sets.
private func functions(_ lines: [Substring]) -> [(line: Int, length: Int)] {
  var result: [(line: Int, length: Int)] = []
  for (start, line) in lines.enumerated() where beginsFunction(line) {
    let indentation = line.prefix { $0 == " " }.count
    var head = start
    // The head goes on in deeper lines, and in lines at its own depth that close it or constrain it.
    while head < lines.count, !lines[head].hasSuffix("{") {
      head += 1
      guard head < lines.count else { break }
      let next = lines[head]
      let isDeeper = next.prefix { $0 == " " }.count > indentation
      if !isDeeper, !next.trimmed.hasPrefix(")"), !next.trimmed.hasPrefix("where ") { head = lines.count }
    }
    let closing = lines.indices.dropFirst(head + 1).first {
      lines[$0].prefix { $0 == " " }.count == indentation && lines[$0].trimmed.hasPrefix("}")
    }
    if let closing { result.append((start + 1, closing - start + 1)) }
  }
  return result
}

/// Whether a line begins a function or an initializer, attributes and modifiers before it.
private func beginsFunction(_ line: Substring) -> Bool {
  let code = line.withoutComment.trimmed
  guard !code.hasSuffix("}") else { return false }
  for word in code.split(separator: " ") {
    if word == "func" || word.hasPrefix("init(") || word.hasPrefix("init?(") || word.hasPrefix("init<") { return true }
    let isModifier = word.hasPrefix("@") || word.allSatisfy { $0.isLetter || $0 == "(" || $0 == ")" }
    guard isModifier, !["return", "let", "var", "case", "try", "if", "guard"].contains(word) else { return false }
  }
  return false
}
