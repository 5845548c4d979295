import SpellCore
import SpellLanguage

/// The lines that were typed but not yet run: line by line in, whole statements out.
package struct StatementBuffer {
  private var bytes: [UInt8] = []

  /// What the next line continues, or nil when it begins a statement.
  package private(set) var open: StatementSplitter.Open?

  package init() {}

  /// Adds a line; returns the statements that it completes, each from its first word through its `;`.
  package mutating func add(line: String) -> [String] {
    bytes.append(contentsOf: line.utf8)
    bytes.append(UInt8(ascii: "\n"))
    let scan = bytes.withUnsafeBufferPointer { StatementSplitter.scan($0) }
    let statements = scan.statements.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) }
    open = scan.open
    bytes.removeFirst(open == nil ? bytes.count : scan.rest.start)
    return statements
  }

  /// Forgets the statement that is open.
  package mutating func clear() { self = StatementBuffer() }
}
