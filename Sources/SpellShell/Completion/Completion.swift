import SpellCatalog
import SpellCore
import SpellLanguage
import Spellbook

/// A file or a folder, by its name.
package struct FolderEntry: Sendable {
  package var name: String
  /// Also for a link to one.
  package var isFolder: Bool

  package init(name: String, isFolder: Bool) {
    self.name = name
    self.isFolder = isFolder
  }
}

/// What completion knows besides the text.
package struct CompletionContext {
  package var catalog: Catalog
  /// The columns of the file that a JOIN names; none if its header cannot be read.
  package var labelColumns: (LabelClause) -> [String]
  /// What is in a folder.
  package var folder: (_ path: String) -> [FolderEntry]
  /// The names of saved queries.
  package var savedQueries: () -> [String]
  /// Words that the shell itself understands.
  package var words: [CompletionWord]

  package init(
    catalog: Catalog = .empty, labelColumns: @escaping (LabelClause) -> [String] = { _ in [] },
    folder: @escaping (_ path: String) -> [FolderEntry] = { _ in [] }, savedQueries: @escaping () -> [String] = { [] },
    words: [CompletionWord] = []
  ) {
    self.savedQueries = savedQueries
    self.catalog = catalog
    self.labelColumns = labelColumns
    self.folder = folder
    self.words = words
  }
}

/// What may stand at the cursor: a function of the text, the place and what is known, and of nothing else.
///
/// The grammar is the parser's: `CursorContext` says what it looks for at the cursor; here stands what there is of it.
package enum Completion {
  /// The candidates for the word at the cursor, a place in bytes. The text begins with the statement that is open.
  package static func candidates(text: String, cursor: Int, context: CompletionContext) -> CompletionResult {
    let bytes = Array(text.utf8)
    let cursor = max(0, min(cursor, bytes.count))
    if let word = WordOfShell(bytes[..<cursor]) { return candidates(for: word, in: bytes, context: context) }
    guard let position = CursorContext(bytes, cursor: cursor) else { return .none }
    var run = CompletionRun(position, in: bytes, context: context)
    if position.isAtStart {
      for word in context.words where !word.text.hasPrefix("\\") { run.add(word) }
    }
    for expectation in position.expected { run.add(expectation) }
    return run.collector.result
  }

  /// Candidates for a command of the shell.
  private static func candidates(
    for word: WordOfShell, in bytes: [UInt8], context: CompletionContext
  ) -> CompletionResult {
    guard let argumentStart = word.argumentStart else {
      let position = CursorContext(typed: word.text, span: SourceSpan(word.start, word.end))
      var run = CompletionRun(position, in: bytes, context: context)
      for word in context.words { run.add(word) }
      return run.collector.result
    }
    let known = context.words.first { $0.text == word.text.lowercased() }
    let written = bytes[argumentStart..<word.end]
    switch known?.argument {
    case nil: return .none
    case .savedQuery:
      return candidates(among: context.savedQueries(), written, argumentStart, in: bytes, context: context)
    case .oneOf(let values):
      return candidates(among: values, written, argumentStart, in: bytes, context: context)
    case .restOf(let beginning):
      return candidates(behind: beginning, argumentStart, word.end, in: bytes, context: context)
    case .setting:
      guard let blank = written.firstIndex(where: isBlank) else {
        return candidates(behind: "SET ", argumentStart, word.end, in: bytes, context: context)
      }
      let name = String(decoding: written[..<blank], as: UTF8.self)
      let valueStart = written[blank...].drop(while: isBlank).startIndex
      return candidates(behind: "SET \(name) = ", valueStart, word.end, in: bytes, context: context)
    }
  }

  /// The fitting ones of some words.
  private static func candidates(
    among values: [String], _ written: ArraySlice<UInt8>, _ start: Int, in bytes: [UInt8], context: CompletionContext
  ) -> CompletionResult {
    let position = CursorContext(
      typed: String(decoding: written, as: UTF8.self), span: SourceSpan(start, written.endIndex))
    var run = CompletionRun(position, in: bytes, context: context)
    for value in values { run.collector.add(value, .value, form: .plain) }
    return run.collector.result
  }

  /// Candidates for an argument as if it followed the beginning of a statement.
  private static func candidates(
    behind beginning: String, _ start: Int, _ cursor: Int, in bytes: [UInt8], context: CompletionContext
  ) -> CompletionResult {
    var inner = context
    inner.words = []
    let shift = start - beginning.utf8.count
    let text = beginning + String(decoding: bytes[start...], as: UTF8.self)
    var result = candidates(text: text, cursor: cursor - shift, context: inner)
    result.replaced = SourceSpan(result.replaced.start + shift, result.replaced.end + shift)
    // What would follow a whole argument in the statement does not follow it here.
    guard result.replaced.start >= start, !bytes[start..<result.replaced.start].contains(where: isBlank) else {
      return .none
    }
    return result
  }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

/// A command of the shell, up to the cursor in it.
private struct WordOfShell {
  let text: String
  let start: Int
  let end: Int
  /// Where the argument begins; nil while the word itself is typed.
  let argumentStart: Int?

  init?(_ bytes: ArraySlice<UInt8>) {
    let scan = bytes.withUnsafeBufferPointer { StatementSplitter.scan($0, findsCommands: true) }
    guard let span = scan.commands.last, span.end == bytes.endIndex else { return nil }
    start = span.start
    end = span.end
    let word = bytes[start..<end].prefix { !isBlank($0) }
    text = String(decoding: word, as: UTF8.self)
    let rest = bytes[word.endIndex..<end]
    argumentStart = rest.isEmpty ? nil : rest.drop(while: isBlank).startIndex
  }
}

/// One completion: the place, and the candidates that were found so far.
struct CompletionRun {
  let context: CompletionContext
  let position: CursorContext
  var collector: CandidateCollector

  init(_ position: CursorContext, in bytes: [UInt8], context: CompletionContext) {
    self.context = context
    self.position = position
    let isPath = position.expected.contains(.path) && position.writing != .word
    let typed = isPath ? PathParts.split(position.typed).name : position.typed
    collector = CandidateCollector(position, typed: typed, in: bytes)
  }

  /// Adds what there is of something that may stand at the cursor.
  mutating func add(_ expectation: Expectation) {
    switch (position.writing, expectation) {
    case (.text, .path), (.path, .path): addPaths()
    case (.text, .settingValue(of: let name)):
      for value in Settings.values(of: name) { collector.add(value, .value, form: .text) }
    // What would be a path without quotes may also be the word that begins another form.
    case (.path, .keyword(let keyword)): addKeyword(keyword.text)
    // In quotes stands what is a text, and a path only where one is wanted.
    case (.text, _), (.path, _): break
    case (.quotedName, .keyword), (.quotedName, .clause), (.quotedName, .symbol): break
    case (_, .keyword(let keyword)): addKeyword(keyword.text)
    case (_, .clause(let clauses)): for clause in clauses { addKeyword(clause.text) }
    case (_, .symbol(let symbol)) where symbol != ",": addSymbol(symbol)
    default: addNames(expectation)
    }
  }

  mutating func add(_ word: CompletionWord) {
    collector.add(word.text, .command, form: .plain, description: word.description)
  }

  /// Adds what is known of a name or a value.
  private mutating func addNames(_ expectation: Expectation) {
    switch expectation {
    case .feature:
      addFeaturesAndSets(groupEnding: .dot)
      if position.select != nil && !position.typed.isEmpty { addFunctions() }
    case .argument: addArguments()
    case .featureName: addFeatures(ofGroup: position.qualifier ?? "")
    case .exception(of: let subject): addExceptions(subject)
    case .nameToDescribe: addNamesToDescribe()
    case .group: for group in context.catalog.groups { add(group, ending: .blank) }
    case .labelColumn: addLabelColumns()
    case .moment:
      addLabelColumns()
      addSymbol("'", description: "YYYY-MM-DD HH:MM:SS")
    case .instant: addSymbol("'", description: "YYYY-MM-DD HH:MM:SS")
    case .key: addKeys()
    case .column, .condition, .value: addColumns()
    case .format: for name in Settings.formatNames { collector.add(name, .format, form: .name) }
    case .setting: for name in Settings.names { collector.add(name, .setting, form: .plain) }
    case .settingValue(of: let name):
      for value in Settings.values(of: name) { collector.add(value, .value, form: .plain) }
    case .timeUnit: for unit in FileReading.timeUnits { collector.add(unit, .value, form: .plain) }
    case .delimiter: for text in ["','", "';'", "'|'"] { addSymbol(text) }
    case .comparison: for symbol in Condition.Comparison.allCases { addSymbol(symbol.rawValue) }
    default: break
    }
  }

  /// Words in lower case go on in lower case.
  private mutating func addKeyword(_ text: String) {
    let typed = position.typed
    let isLower = typed.contains { $0.isLowercase } && !typed.contains { $0.isUppercase }
    collector.add(isLower ? text.lowercased() : text, .keyword, form: .plain)
  }

  /// Functions of windows; nobody looks for them before a letter is typed.
  private mutating func addFunctions() {
    for function in AggregateFunction.allCases {
      collector.add(function.text, .keyword, form: .plain, ending: .nothing, description: "of the rows of a window")
    }
  }

  /// Symbols stand only where nothing is typed of a word.
  private mutating func addSymbol(_ text: String, description: String = "") {
    guard position.writing == .word else { return }
    let opens = text == "'" || text == "("
    collector.add(text, .symbol, form: .plain, ending: opens ? .nothing : .blank, description: description)
  }

  /// Adds the entries of the folder that is typed; hidden ones once their dot is typed.
  private mutating func addPaths() {
    let (folder, name) = PathParts.split(position.typed)
    let entries = context.folder(folder).filter { entry in
      (!entry.name.hasPrefix(".") || name.hasPrefix(".")) && collector.match(entry.name) != nil
        && !entry.name.unicodeScalars.contains(where: VisibleText.isControl)
    }
    for entry in entries.sorted(by: { $0.name < $1.name }) {
      let text = entry.isFolder ? entry.name + "/" : entry.name
      collector.add(text, entry.isFolder ? .folder : .file, form: .path)
    }
  }
}
