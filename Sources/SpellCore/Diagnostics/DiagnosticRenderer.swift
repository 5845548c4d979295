/// Prints diagnostics: place, code and message, the line, a caret under the whole token, notes and help.
package struct DiagnosticRenderer: Sendable {
  package var colour: Bool

  package init(colour: Bool = false) { self.colour = colour }

  /// The lines of a diagnostic, each with its line end.
  package func render(_ diagnostic: Diagnostic) -> String {
    var lines: [String] = []
    let severity = styled("\(diagnostic.severity.rawValue)[\(diagnostic.code)]", style(diagnostic.severity))
    let message = VisibleText.escaped(diagnostic.message)
    var margin = " "
    if let location = diagnostic.location {
      let place = location.source.position(of: location.span.start)
      let number = String(place.line)
      margin = String(repeating: " ", count: number.utf8.count)
      lines.append("\(VisibleText.escaped(location.source.name)):\(number):\(place.column): \(severity): \(message)")
      lines += excerpt(diagnostic, at: location, number: number, margin: margin)
    } else {
      lines.append("\(severity): \(message)")
      if let label = diagnostic.label { lines.append(remark(label, margin)) }
    }
    lines += diagnostic.notes.map { remark($0, margin) }
    if let help = diagnostic.help {
      lines.append("\(margin) = \(styled("help:", .bold)) \(VisibleText.escaped(help))")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The line that holds the start of the span, and the carets under it.
  private func excerpt(
    _ diagnostic: Diagnostic, at location: SourceLocation, number: String, margin: String
  ) -> [String] {
    let line = SourceExcerpt(location)
    let bar = styled("|", .blue)
    var carets = String(repeating: "^", count: max(1, DisplayWidth.cells(of: line.marked)))
    if let label = diagnostic.label { carets += " " + VisibleText.escaped(label) }
    let text = line.before + line.marked + line.after
    let indent = String(repeating: " ", count: DisplayWidth.cells(of: line.before))
    return [
      "\(styled(number, .blue)) \(bar)" + (text.isEmpty ? "" : " \(text)"),
      "\(margin) \(bar) \(indent)\(styled(carets, style(diagnostic.severity)))",
    ]
  }

  private func remark(_ text: String, _ margin: String) -> String { "\(margin) = \(VisibleText.escaped(text))" }

  /// ANSI "select graphic rendition" parameters.
  private enum Style: String {
    case bold = "1"
    case boldRed = "1;31"
    case boldYellow = "1;33"
    case boldCyan = "1;36"
    case blue = "34"
  }

  private func style(_ severity: Diagnostic.Severity) -> Style {
    switch severity {
    case .error: .boldRed
    case .warning: .boldYellow
    case .note: .boldCyan
    }
  }

  private func styled(_ text: String, _ style: Style) -> String {
    colour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// One line of a source text as it is shown, in three parts: tabs are blanks, control characters are escaped, and what
/// is too long is cut around the marked part.
private struct SourceExcerpt {
  private(set) var before: String
  private(set) var marked: String
  private(set) var after: String

  /// The most cells that a line takes.
  private static let widest = 150
  /// The most cells of the marked part.
  private static let widestMark = 100
  /// The most bytes of each part that are looked at, for lines of megabytes.
  private static let longest = 4096
  private static let ellipsis = "…"

  init(_ location: SourceLocation) {
    let bytes = location.source.bytes
    let span = location.span
    let lineFeed = UInt8(ascii: "\n")
    var start = max(0, min(span.start, bytes.count))
    let low = max(0, start - Self.longest)
    let high = min(bytes.count, max(start, span.end) + Self.longest)
    var lineStart = start
    while lineStart > low, bytes[lineStart - 1] != lineFeed { lineStart -= 1 }
    let isCutBefore = lineStart > 0 && bytes[lineStart - 1] != lineFeed
    var lineEnd = start
    while lineEnd < high, bytes[lineEnd] != lineFeed { lineEnd += 1 }
    let isCutAfter = lineEnd < bytes.count && bytes[lineEnd] != lineFeed
    if !isCutAfter, lineEnd > lineStart, bytes[lineEnd - 1] == UInt8(ascii: "\r") { lineEnd -= 1 }
    start = min(start, lineEnd)
    let end = max(start, min(span.end, lineEnd))
    if isCutBefore { while lineStart < start, bytes[lineStart] & 0xC0 == 0x80 { lineStart += 1 } }
    if isCutAfter { while lineEnd > end, bytes[lineEnd - 1] & 0xC0 == 0x80 { lineEnd -= 1 } }
    before = Self.shown(bytes[lineStart..<start])
    marked = Self.shown(bytes[start..<end])
    after = Self.shown(bytes[end..<lineEnd])
    cut(isCutBefore: isCutBefore, isCutAfter: isCutAfter)
  }

  /// Shortens the parts to `widest` cells in all, the marked part last.
  private mutating func cut(isCutBefore: Bool, isCutAfter: Bool) {
    let beforeCells = DisplayWidth.cells(of: before)
    let afterCells = DisplayWidth.cells(of: after)
    var markedCells = DisplayWidth.cells(of: marked)
    if markedCells > Self.widestMark, beforeCells + markedCells + afterCells > Self.widest {
      marked = Self.prefix(marked, cells: Self.widestMark - 1) + Self.ellipsis
      markedCells = DisplayWidth.cells(of: marked)
      after = ""
    }
    let room = Self.widest - markedCells
    // Each side may use what the other leaves of its half.
    let beforeRoom = max(room / 2, room - DisplayWidth.cells(of: after))
    if isCutBefore || beforeCells > beforeRoom {
      before = Self.ellipsis + Self.suffix(before, cells: beforeRoom - 1)
    }
    let afterRoom = room - DisplayWidth.cells(of: before)
    if (isCutAfter && !after.isEmpty) || DisplayWidth.cells(of: after) > afterRoom {
      after = Self.prefix(after, cells: afterRoom - 1) + Self.ellipsis
    }
  }

  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    let blanked = bytes.map { $0 == UInt8(ascii: "\t") ? UInt8(ascii: " ") : $0 }
    return VisibleText.escaped(String(decoding: blanked, as: UTF8.self))
  }

  private static func prefix(_ text: String, cells limit: Int) -> String {
    var cells = 0
    var end = text.startIndex
    while end < text.endIndex {
      cells += DisplayWidth.cells(of: String(text[end]))
      if cells > limit { break }
      end = text.index(after: end)
    }
    return String(text[..<end])
  }

  private static func suffix(_ text: String, cells limit: Int) -> String {
    String(String(prefix(String(text.reversed()), cells: limit)).reversed())
  }
}
