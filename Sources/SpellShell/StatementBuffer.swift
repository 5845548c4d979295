import SpellCore
import SpellLanguage

/// The lines that were typed but not yet run: line by line in, whole statements and commands out.
package struct StatementBuffer {
  private var bytes: [UInt8] = []

  /// What the next line continues, or nil when it begins a statement.
  package private(set) var open: StatementSplitter.Open?

  /// Whether what was added last began with a blank: a sign that it is not to be kept.
  package private(set) var isPrivate = false

  package init() {}

  /// The statement that is open, as typed; nil if none is.
  package var openText: String? {
    open == nil ? nil : String(decoding: bytes.drop { Lexer.isBlank($0) }.dropLast(), as: UTF8.self)
  }

  /// Adds a line; returns what it completes: statements, each from its first word through its `;`, and commands, each
  /// from its `\` to the end of the line.
  package mutating func add(line: String) -> [String] {
    if open == nil { isPrivate = line.hasPrefix(" ") }
    bytes.append(contentsOf: line.utf8)
    bytes.append(UInt8(ascii: "\n"))
    let scan = bytes.withUnsafeBufferPointer { StatementSplitter.scan($0, findsCommands: true) }
    let spans = (scan.statements + scan.commands).sorted { $0.start < $1.start }
    let texts = spans.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) }
    open = scan.open
    bytes.removeFirst(open == nil ? bytes.count : scan.rest.start)
    return texts
  }

  /// Forgets the statement that is open.
  package mutating func clear() { self = StatementBuffer() }
}
