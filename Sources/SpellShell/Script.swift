import SpellCore
import SpellLanguage

/// A text of statements and commands, read whole: what is sound, in the order of the text, and what is wrong.
package struct Script {
  enum Part {
    case statement(Statement)
    case command(MetaCommand, MetaLine)

    /// The text as it is written, a statement with its `;`.
    var text: String {
      switch self {
      case .statement(let statement): statement.source.text(statement.span) + ";"
      case .command(_, let line): line.source.text(line.span)
      }
    }

    /// Whether it belongs into the history: not so a look at the history itself.
    var isKept: Bool { if case .command(let command, _) = self { command.isKept } else { true } }

    /// A statement in canonical form, a command as it is written.
    var printed: String {
      switch self {
      case .statement(let statement): StatementPrinter.text(statement.body) + ";"
      case .command(_, let line): line.source.text(line.span)
      }
    }
  }

  private(set) var parts: [Part] = []
  /// In the order of the text.
  package private(set) var diagnostics: [Diagnostic]

  package init(_ source: SourceText) {
    let spans = source.bytes.withUnsafeBufferPointer { StatementSplitter.scan($0, findsCommands: true).commands }
    let parsed = Parser.parse(spans.isEmpty ? source : Script.blanked(spans, in: source))
    diagnostics = parsed.diagnostics
    var found = parsed.statements.map { (start: $0.span.start, part: Part.statement($0)) }
    for span in spans {
      let line = MetaLine(source, span)
      do throws(SpellError) {
        found.append((span.start, .command(try MetaCommands.command(of: line), line)))
      } catch {
        diagnostics += error.diagnostics
      }
    }
    parts = found.sorted { $0.start < $1.start }.map(\.part)
    diagnostics.sort { ($0.location?.span.start ?? 0) < ($1.location?.span.start ?? 0) }
  }

  /// The text of every part, statements in canonical form: what `--print` shows.
  package var printed: String { parts.map { $0.printed + "\n" }.joined() }

  /// The text with blanks for commands, so that statements keep their places.
  private static func blanked(_ spans: [SourceSpan], in source: SourceText) -> SourceText {
    var bytes = source.bytes
    for span in spans {
      for index in span.start..<span.end { bytes[index] = UInt8(ascii: " ") }
    }
    return SourceText(name: source.name, bytes: bytes)
  }
}
