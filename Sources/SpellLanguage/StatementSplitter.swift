import SpellCore

/// Finds the complete statements of a growing text, typed or piped.
package enum StatementSplitter {
  /// What a statement still waits for.
  package enum Open: Sendable, Equatable {
    /// Its `;`.
    case statement
    /// The end of a `'text'`.
    case text
    /// The end of a `"name"`.
    case name
    case comment
    case parenthesis
  }

  package struct Scan: Sendable, Equatable {
    /// Complete statements, each from its first token through its `;`. Empty ones are left out.
    package var statements: [SourceSpan]
    /// Commands of the shell: from a `\` where a statement may begin to the end of its line.
    package var commands: [SourceSpan] = []
    /// What follows the last `;` or command.
    package var rest: SourceSpan
    /// What the rest waits for; nil if it holds nothing but white space and comments.
    package var open: Open?

    package var isRestBlank: Bool { open == nil }
  }

  /// Looks at every byte once. Without `findsCommands` a `\` is a character like any other.
  package static func scan(_ bytes: ByteSlice, findsCommands: Bool = false) -> Scan {
    var lexer = Lexer(bytes)
    var scan = Scan(statements: [], rest: SourceSpan(0, bytes.count), open: nil)
    var start: Int?
    var depth = 0
    while true {
      let token = lexer.next()
      if findsCommands, start == nil, token.kind == .invalid, bytes[token.span.start] == UInt8(ascii: "\\") {
        lexer.skipLine()
        scan.commands.append(SourceSpan(token.span.start, lexer.position))
        scan.rest.start = lexer.position
        continue
      }
      switch token.kind {
      case .end:
        if start != nil && scan.open == nil { scan.open = depth > 0 ? .parenthesis : .statement }
        return scan
      case .semicolon:
        if let start { scan.statements.append(SourceSpan(start, token.span.end)) }
        scan.rest.start = token.span.end
        start = nil
        depth = 0
        continue
      case .unclosedText: scan.open = .text
      case .unclosedName: scan.open = .name
      case .unclosedComment: scan.open = .comment
      case .leftParenthesis: depth += 1
      case .rightParenthesis: depth = max(0, depth - 1)
      default: break
      }
      start = start ?? token.span.start
    }
  }
}
