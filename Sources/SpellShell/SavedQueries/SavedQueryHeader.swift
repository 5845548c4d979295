import SpellCore
import SpellLanguage

/// The comment lines that a saved query begins with. `description:` and `parameter` begin those that mean something:
///
///     -- description: The weather at an airport
///     -- parameter airport: value
///     -- parameter day: moment = now
struct SavedQueryHeader {
  /// Lines and bytes that a header may have; what follows is not looked at.
  static let mostLines = 200
  static let mostBytes = 64 << 10

  struct Declaration {
    var parameter: SavedQuery.Parameter
    var location: SourceLocation
  }

  private(set) var description = ""
  private(set) var parameters: [Declaration] = []
  private(set) var diagnostics: [Diagnostic] = []

  /// Reads the lines up to the first that is no comment.
  init(_ source: SourceText) {
    var start = 0
    let bytes = source.bytes.prefix(Self.mostBytes)
    for _ in 0..<Self.mostLines where start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let line = HeaderText(source, SourceSpan(start, end)).trimmed
      guard let comment = line.dropping("--") else { return }
      read(comment.trimmed)
      start = end + 1
    }
  }

  /// The lines of a header; those of parameters without a usual value.
  static func text(description: String, _ parameters: [SavedQuery.Parameter]) -> String {
    (description.isEmpty ? "" : "-- description: \(VisibleText.escaped(description))\n")
      + parameters.map { "-- parameter \($0.name): \($0.kind.rawValue)\n" }.joined()
  }

  private mutating func read(_ line: HeaderText) {
    if let text = line.dropping("description:") {
      description = text.trimmed.text
    } else if let declaration = line.dropping("parameter ") {
      readParameter(declaration.trimmed)
    }
  }

  /// `day: moment = '2024-01-31'`, the quotes being needed only by blanks at an end.
  private mutating func readParameter(_ line: HeaderText) {
    guard let (name, rest) = line.split(at: ":"), name.trimmed.isParameterName else {
      diagnostics.append(SavedQueryMessages.malformedParameter(at: line.location))
      return
    }
    let assignment = rest.split(at: "=")
    let kindText = (assignment?.0 ?? rest).trimmed
    let standard = assignment?.1
    guard let kind = ParameterKind(rawValue: kindText.text.lowercased()) else {
      diagnostics.append(SavedQueryMessages.unknownKind(kindText.text, at: kindText.location))
      return
    }
    let parameter = SavedQuery.Parameter(
      name: name.trimmed.text, kind: kind, standard: standard.map { HeaderText.unquoted($0.trimmed.text) })
    if parameters.contains(where: { $0.parameter.name == parameter.name }) {
      diagnostics.append(SavedQueryMessages.repeatedParameter(parameter.name, at: name.trimmed.location))
    } else if let value = parameter.standard, let standard, !kind.accepts(value) {
      diagnostics.append(
        SavedQueryMessages.unfitValue(value, of: parameter, at: standard.trimmed.location))
    } else {
      parameters.append(Declaration(parameter: parameter, location: name.trimmed.location))
    }
  }
}

/// A part of a line, which knows its place.
private struct HeaderText {
  private let source: SourceText
  private let span: SourceSpan

  init(_ source: SourceText, _ span: SourceSpan) {
    self.source = source
    self.span = span
  }

  var text: String { source.text(span) }
  var location: SourceLocation { SourceLocation(source: source, span: span) }
  private var bytes: ArraySlice<UInt8> { source.bytes[span.start..<span.end] }

  var trimmed: HeaderText {
    var bytes = self.bytes
    while let first = bytes.first, Lexer.isBlank(first) { bytes.removeFirst() }
    while let last = bytes.last, Lexer.isBlank(last) { bytes.removeLast() }
    return HeaderText(source, SourceSpan(bytes.startIndex, bytes.endIndex))
  }

  var isParameterName: Bool { ParameterKind.isParameterName(text) }

  /// What follows a beginning; nil without it.
  func dropping(_ beginning: String) -> HeaderText? {
    guard bytes.starts(with: beginning.utf8) else { return nil }
    return HeaderText(source, SourceSpan(span.start + beginning.utf8.count, span.end))
  }

  /// What stands before the first of a character, and behind it.
  func split(at mark: Character) -> (HeaderText, HeaderText)? {
    guard let code = mark.asciiValue, let place = bytes.firstIndex(of: code) else { return nil }
    return (HeaderText(source, SourceSpan(span.start, place)), HeaderText(source, SourceSpan(place + 1, span.end)))
  }

  /// A text without the quotes around it.
  static func unquoted(_ text: String) -> String {
    guard text.utf8.count >= 2, text.utf8.first == UInt8(ascii: "'"), text.utf8.last == UInt8(ascii: "'") else {
      return text
    }
    var result = String.UnicodeScalarView()
    var isSecondQuote = false
    for scalar in text.unicodeScalars.dropFirst().dropLast() {
      if scalar == "'", isSecondQuote {
        isSecondQuote = false
      } else {
        result.append(scalar)
        isSecondQuote = scalar == "'"
      }
    }
    return String(result)
  }
}
