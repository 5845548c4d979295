import SpellCore
import SpellLanguage

/// Keeps those of many names that begin with what is typed: the first of them whole, of the others their number and
/// what all have in common. A name that does not match costs the look at a few bytes.
struct CandidateCollector {
  /// How a candidate is written.
  enum Form {
    /// A keyword or a symbol, as it stands.
    case plain
    /// A name, quoted where it must be; a second part follows a dot.
    case name
    /// A path, quoted where it must be.
    case path
    /// A text in single quotes.
    case text
  }

  /// What follows the candidate.
  enum Ending: String {
    case blank = " "
    case dot = "."
    case nothing = ""
  }

  private let context: CursorContext
  /// What stands behind the cursor on its line.
  private let rest: ArraySlice<UInt8>
  /// A blank where the word would otherwise stick to a closed quote or a parenthesis.
  private let margin: String
  /// What the names must begin with.
  private let typed: String
  private let typedBytes: [UInt8]
  private let isASCII: Bool
  /// Matches that agree in case, and the others.
  private var exact: [Candidate] = []
  private var inexact: [Candidate] = []
  private var count = 0
  /// The bytes of `rest` that the first match replaces, since they stand there already.
  private var overlap = 0
  /// What all matches begin with, as the first of them spells it; upper and lower case are the same.
  private var common: String.UnicodeScalarView?
  private var commonForm = Form.plain
  private var isCommonExact = false

  /// `typed` is the end of what is typed that names are held against: all of it, but for the name in a folder.
  init(_ context: CursorContext, typed: String, in text: [UInt8]) {
    self.context = context
    rest = text[min(context.span.end, text.count)...].prefix { $0 != UInt8(ascii: "\n") }
    let previous = text[..<min(context.span.start, text.count)].last
    let sticky = [UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: ")"), UInt8(ascii: "*")]
    margin = context.span.start == context.span.end && sticky.contains { $0 == previous } ? " " : ""
    self.typed = typed
    typedBytes = Array(typed.utf8)
    isASCII = typedBytes.allSatisfy { $0 < 0x80 }
  }

  /// Takes a candidate if its name matches. `qualifier` is written before the name although it was not typed.
  mutating func add(
    _ name: String, _ kind: Candidate.Kind, form: Form, qualifier: String? = nil, ending: Ending = .blank,
    type: String = "", description: String = ""
  ) {
    guard let isExact = match(name) else { return }
    count += 1
    narrowCommon(to: name, form: form, isExact: isExact)
    let overlap = overlap(of: name)
    if count == 1 { self.overlap = overlap }
    guard exact.count < CompletionResult.limit, isExact || inexact.count < CompletionResult.limit else { return }
    let candidate = Candidate(
      text: qualifier.map { "\($0).\(name)" } ?? name,
      insertion: insertion(
        of: name, form: form, qualifier: qualifier, ending: ending, following: rest.dropFirst(overlap).first),
      kind: kind, type: type, description: description)
    if isExact { exact.append(candidate) } else { inexact.append(candidate) }
  }

  /// Whether a name begins with what is typed: true in the same case, false in another, nil if not.
  func match(_ name: String) -> Bool? {
    guard isASCII else {
      if name.hasPrefix(typed) { return true }
      return name.lowercased().hasPrefix(typed.lowercased()) ? false : nil
    }
    var isExact = true
    var bytes = name.utf8.makeIterator()
    for wanted in typedBytes {
      guard let byte = bytes.next() else { return nil }
      if byte == wanted { continue }
      guard ASCII.folded(byte) == ASCII.folded(wanted) else { return nil }
      isExact = false
    }
    return isExact
  }

  var result: CompletionResult {
    var replaced = context.span
    if count == 1 { replaced.end += overlap }
    var result = CompletionResult(
      replaced: replaced, candidates: Array((exact + inexact).prefix(CompletionResult.limit)), count: count)
    guard count > 1, let common, common.count > typed.unicodeScalars.count else { return result }
    result.common = begun(String(common), form: commonForm)
    result.replaced.end += overlap(ofBeginning: String(common))
    return result
  }

  // MARK: What all have in common

  private mutating func narrowCommon(to name: String, form: Form, isExact: Bool) {
    let scalars = name.unicodeScalars
    guard let old = common else {
      common = scalars
      commonForm = form
      isCommonExact = isExact
      return
    }
    var end = scalars.startIndex
    for scalar in old {
      guard end < scalars.endIndex, ASCII.folded(scalars[end]) == ASCII.folded(scalar) else { break }
      end = scalars.index(after: end)
    }
    // A name that agrees with what is typed spells it better than one that does not.
    if isExact && !isCommonExact {
      common = String.UnicodeScalarView(scalars[..<end])
      isCommonExact = true
    } else {
      common = String.UnicodeScalarView(old.prefix(scalars.distance(from: scalars.startIndex, to: end)))
    }
    if case .name = form { commonForm = form }
  }

  // MARK: Writing

  /// The typed text that comes before `typed`: the folder of a path.
  private var lead: String { String(decoding: context.typed.utf8.dropLast(typedBytes.count), as: UTF8.self) }

  private func insertion(
    of name: String, form: Form, qualifier: String?, ending: Ending, following: UInt8?
  ) -> String {
    let isFolder = form == .path && name.hasSuffix("/")
    let isInsideWord = isInsideWord(following)
    let isOpen = isFolder || isInsideWord
    var written: String
    switch form {
    case .plain: written = name
    case .name: written = (qualifier.map { self.name($0) + "." } ?? "") + self.name(name)
    case .path: written = path(lead + name, isOpen: isOpen)
    case .text: written = QuotedText.literal(name)
    }
    switch ending {
    case .blank where following == nil && !isFolder, .dot where following != UInt8(ascii: ".") && !isInsideWord:
      written += ending.rawValue
    default: break
    }
    return margin + written
  }

  /// The bytes behind the cursor that are the end of a name already, its closing quote included.
  private func overlap(of name: String) -> Int {
    let length = overlap(ofBeginning: name)
    let isClosed =
      switch context.writing {
      case .text: rest.dropFirst(length).first == UInt8(ascii: "'")
      case .quotedName: rest.dropFirst(length).first == UInt8(ascii: "\"")
      case .word, .path: false
      }
    return length > 0 && isClosed ? length + 1 : length
  }

  /// The bytes behind the cursor with which a text goes on that begins with what is typed.
  private func overlap(ofBeginning text: String) -> Int {
    let end = text.utf8.dropFirst(typedBytes.count)
    return rest.starts(with: end) ? end.count : 0
  }

  /// Whether the word goes on with a byte.
  private func isInsideWord(_ following: UInt8?) -> Bool {
    guard let following else { return false }
    let goesOnInPath = context.writing != .word && [UInt8(ascii: "."), UInt8(ascii: "/")].contains(following)
    return ASCII.isWord(following) || goesOnInPath
  }

  /// The beginning of a candidate; its quote stays open.
  private func begun(_ text: String, form: Form) -> String {
    switch form {
    case .plain: return margin + text
    case .name:
      let isPlain = context.writing != .quotedName && text.utf8.allSatisfy { ASCII.isWord($0) }
      return isPlain ? text : String(QuotedText.name(text).dropLast())
    case .path: return path(lead + text, isOpen: true)
    case .text: return String(QuotedText.literal(text).dropLast())
    }
  }

  private func name(_ text: String) -> String {
    context.writing == .quotedName ? QuotedText.name(text) : StatementPrinter.name(text)
  }

  /// A path, without its last quote if more of it is to come.
  private func path(_ text: String, isOpen: Bool) -> String {
    if context.writing == .path, StatementPrinter.isBarePath(text) { return text }
    let quoted = QuotedText.literal(text)
    return isOpen ? String(quoted.dropLast()) : quoted
  }
}

/// Bytes and scalars of ASCII.
enum ASCII {
  static func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

  static func folded(_ scalar: Unicode.Scalar) -> UInt32 {
    scalar.value >= 0x41 && scalar.value <= 0x5A ? scalar.value | 0x20 : scalar.value
  }

  /// Letters, digits, `_` and everything that is not ASCII.
  static func isWord(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return (letter >= 0x61 && letter <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: "_")
      || byte >= 0x80
  }
}
