import SpellCore

// All prose of the module. Messages name the thing, labels what was expected or probably meant.

extension FileProblem {
  func diagnostic(at location: SourceLocation?) -> Diagnostic {
    switch self {
    case .noSuchPath(let path):
      Diagnostic(
        code: "no-such-metadata", "there is no metadata at `\(path)`",
        help: "name a file, or a folder of *.yml and *.yaml files, with --metadata; `spellbook init` makes one from a "
          + "database")
    case .unreadable(let path, let code):
      Diagnostic(code: "unreadable-metadata", "`\(path)` cannot be read: \(SystemError.text(code))")
    case .emptyFolder(let path):
      Diagnostic(
        code: "no-metadata-in-folder", "the folder `\(path)` holds no *.yml or *.yaml file",
        notes: ["folders inside it are not looked into"])
    case .tooLarge(let path):
      Diagnostic(code: "metadata-too-large", "`\(path)` is larger than \(MetadataFiles.sizeMaximum >> 20) MiB")
    case .notUTF8(let byte):
      Diagnostic(
        code: "not-utf8",
        "the file is not UTF-8: the byte 0x\(String(byte, radix: 16, uppercase: true)) starts no character",
        at: location, help: "save the file as UTF-8")
    case .controlCharacter(let scalar):
      Diagnostic(
        code: "control-character",
        "the character \(VisibleText.codePoint(scalar)) may not stand in a YAML file", at: location,
        help: "remove it, or write it as an escape in double quotes")
    }
  }
}

extension YAMLProblem {
  func diagnostic(at location: SourceLocation) -> Diagnostic {
    switch self {
    case .syntax(let error, let context, let near):
      Diagnostic(
        code: "yaml-syntax", "invalid YAML: \(error.problem)", at: location,
        notes: [context.map { "\(error.context ?? "the reading") that begins at \($0.place)" }].compactMap { $0 },
        help: Self.help(error, near))
    case .unclosedQuote:
      Diagnostic(
        code: "unclosed-quote", "the quote is never closed", at: location, label: "opened here")
    case .nestingTooDeep:
      Diagnostic(
        code: "nesting-too-deep", "lists and mappings are nested deeper than \(YAMLReader.nestingMaximum) levels",
        at: location)
    case .unknownAlias(let name, let anchors):
      Diagnostic(
        code: "unknown-alias", "the alias `*\(name)` has no anchor `&\(name)` before it in the document", at: location,
        label: Suggestion.question(name, among: anchors, prefix: "*"))
    case .aliasCycle(let name):
      Diagnostic(code: "alias-cycle", "the alias `*\(name)` stands inside what it repeats", at: location)
    case .aliasBomb:
      Diagnostic(
        code: "alias-bomb", "the aliases of the document repeat more than \(YAMLReader.aliasedNodesMaximum) values",
        at: location)
    case .refusedTag(let tag):
      Diagnostic(
        code: "refused-tag", "the tag `\(tag)` is not one of YAML's core schema", at: location,
        help: "remove the tag")
    case .misplacedTag(let tag, let shape):
      Diagnostic(code: "misplaced-tag", "the tag `\(tag)` does not fit \(shape)", at: location)
    case .duplicateKey(let key, let first):
      Diagnostic(
        code: "duplicate-key", "the key `\(key)` stands twice in one mapping", at: location,
        notes: ["first at \(first.place)"])
    case .keyNotText(let shape):
      Diagnostic(code: "key-not-text", "\(shape) cannot be a key", at: location, label: "expected text")
    case .mergeOfNoMapping(let shape):
      Diagnostic(
        code: "merge-of-no-mapping", "`<<` merges mappings, not \(shape)", at: location, label: "expected a mapping")
    case .substitution(let problem, let written): Self.substitution(problem, written, at: location)
    }
  }

  private static func substitution(
    _ problem: EnvironmentSubstitution.Problem, _ written: String, at location: SourceLocation
  ) -> Diagnostic {
    switch problem {
    case .missing(let name):
      Diagnostic(
        code: "missing-variable", "the environment variable `\(name)` is not set", at: location,
        help: "set it, or give a default: ${\(name):-default}")
    case .unclosed:
      Diagnostic(
        code: "unclosed-reference", "`${` is never closed", at: location, label: "expected `}` after the name",
        help: "write $${ for a literal ${")
    case .malformed:
      Diagnostic(
        code: "malformed-reference", "`\(written)` names no environment variable", at: location,
        label: "expected ${NAME} or ${NAME:-default}", help: "write $${ for a literal ${")
    }
  }

  private static func help(_ error: YAMLSyntaxError, _ near: [UInt8]) -> String? {
    if near == Array("${".utf8) { return "inside [ ] and { }, put a value with ${…} in quotes" }
    if error.problem.contains("cannot start any token") {
      if near.last == UInt8(ascii: "\t") { return "indent with spaces instead of tabs" }
      return "put the value in quotes"
    }
    return error.problem.contains("mapping values are not allowed")
      ? "put a value that holds `: ` in quotes, and check the indentation" : nil
  }
}

extension ShapeProblem {
  func diagnostic(at location: SourceLocation) -> Diagnostic {
    switch self {
    case .notADocument(let shape):
      Diagnostic(
        code: "not-a-document", "\(shape) is no document of metadata", at: location,
        label: "expected a mapping with a `kind`", help: Self.kinds)
    case .missingKind:
      Diagnostic(
        code: "missing-kind", "the document has no `kind`", at: location, label: "expected a mapping with a `kind`",
        help: Self.kinds)
    case .unknownKey(let key, let owner, let known):
      Self.unknownKey(key, owner, known, at: location)
    case .missingKey(let key, let owner):
      Diagnostic(code: "missing-key", "\(article(owner)) needs the key `\(key)`", at: location)
    case .missingEither(let first, let second, let owner):
      Diagnostic(code: "missing-key", "\(article(owner)) needs the key `\(first)` or `\(second)`", at: location)
    case .together(let key, let other, let owner):
      Diagnostic(
        code: "conflicting-keys", "\(article(owner)) has either `\(other)` or `\(key)`, not both", at: location,
        help: "remove one of them")
    case .wrongShape(let key, let expected, let found):
      Diagnostic(
        code: "wrong-shape", "`\(key)` takes \(expected), not \(found)", at: location, label: "expected \(expected)")
    case .emptyList(let key, let owner):
      Diagnostic(code: "empty-list", "`\(key)` of \(article(owner)) names nothing", at: location)
    case .ignoredEngineKeys(let keys):
      Diagnostic(
        .warning, code: "ignored-engine-keys",
        "options of the engine are ignored: \(keys.map { "`\($0)`" }.joined(separator: ", "))", at: location,
        help: "write what the engine needs into its URL")
    }
  }

  private static func unknownKey(
    _ key: String, _ owner: String, _ known: [String], at location: SourceLocation
  ) -> Diagnostic {
    let question = Suggestion.question(key, among: known)
    return Diagnostic(
      code: "unknown-key", "unknown key `\(key)` in \(article(owner))", at: location, label: question,
      notes: question == nil ? list("known keys", known) : [])
  }

  private static let kinds = "kinds are \(DocumentKind.allCases.map(\.rawValue).joined(separator: ", "))"
}

extension ValueProblem {
  func diagnostic(at location: SourceLocation) -> Diagnostic {
    switch self {
    case .emptyText(let key):
      Diagnostic(code: "empty-name", "`\(key)` is empty", at: location, label: "expected a name")
    case .dotInName(let name, let key):
      Diagnostic(
        code: "dot-in-name", "the name `\(name)` holds a dot", at: location,
        label: "`\(key)` takes a name without dots",
        help: key == "name" ? "choose another name; `table` and `column` may hold dots" : nil)
    case .controlInName(let name, let key):
      Diagnostic(
        code: "control-in-name", "the name `\(name)` holds a control character", at: location,
        label: "`\(key)` takes a name without control characters")
    case .unknownWord(let word, let key, let known):
      Diagnostic(
        code: "unknown-\(key.replacing("_", with: "-"))", "unknown \(key) `\(word)`", at: location,
        label: Suggestion.question(word, among: known), notes: list("known", known))
    case .zone(let problem): Self.zone(problem, at: location)
    case .needsEvent(let key):
      Diagnostic(
        code: "static-group", "`\(key)` makes no sense in a static group", at: location,
        label: "the group has no `event_timestamp_column`", help: "add `event_timestamp_column`, or remove `\(key)`")
    case .needsAggregate(let key):
      Diagnostic(
        code: "no-aggregate", "`\(key)` belongs to an aggregate", at: location,
        label: "the feature has no `aggregate`", help: "add `aggregate`, or remove `\(key)`")
    case .table(let problem): Self.table(problem, at: location)
    case .query(let problem): Self.query(problem, at: location)
    case .engineURL(let problem): problem.diagnostic(at: location)
    case .interval(let problem): Self.interval(problem, at: location)
    }
  }

  private static func interval(_ problem: IntervalProblem, at location: SourceLocation) -> Diagnostic {
    let code = "invalid-duration"
    return switch problem {
    case .malformed(let text, let key):
      Diagnostic(
        code: code, "`\(text)` is no duration for `\(key)`", at: location,
        label: "expected 500ms, 90s, 15m, 12h, 7d, 2w, or a bare number on a number axis")
    case .negative(let text, let key):
      Diagnostic(code: code, "`\(key)` is negative: `\(text)`", at: location, label: "remove the sign")
    case .ttlNotAboveDelay(let ttl, let delay):
      Diagnostic(
        code: code, "the ttl \(IntervalText.text(ttl)) is not above the delay \(IntervalText.text(delay))",
        at: location, label: "no row would ever match")
    case .ttlAndDelayOfTwoKinds:
      Diagnostic(
        code: code, "`ttl` and `delay` must both be times or both be bare numbers", at: location)
    case .numberOnTimeAxis(let key, let storage):
      Diagnostic(
        code: code, "a bare number as `\(key)` needs `timestamp_storage: number`", at: location,
        label: "`timestamp_storage` is \(storage)", help: "add a unit, as in 90s or 7d")
    case .timeOnNumberAxis(let key):
      Diagnostic(
        code: code, "`\(key)` has a unit, but events are plain numbers", at: location,
        label: "`timestamp_storage` is number: expected a bare number")
    case .zeroTTL:
      Diagnostic(
        code: code, "a ttl of 0 would leave no row but one of the very moment", at: location,
        help: "leave `ttl` out for rows that stay valid")
    }
  }

  private static func zone(_ problem: ZoneProblem, at location: SourceLocation) -> Diagnostic {
    switch problem {
    case .unknown(let name, let candidates):
      Diagnostic(
        code: "unknown-timezone", "unknown time zone `\(name)`", at: location,
        label: Suggestion.question(name, among: candidates),
        help: "UTC, an offset such as +02:00, or an IANA name such as America/New_York")
    case .noDatabase(let name):
      Diagnostic(
        code: "no-timezone-database",
        "the rules of `\(name)` are not on this system, which has no tz database",
        at: location, help: "install tzdata, or use UTC or an offset such as +02:00")
    }
  }

  private static func table(_ problem: TableNameProblem, at location: SourceLocation) -> Diagnostic {
    let label =
      switch problem {
      case .controlCharacter: "a control character"
      case .emptyPart: "a part is empty"
      case .unclosedQuote: "a \" is never closed"
      case .strayQuote: "a \" inside a part"
      case .tooManyParts(let count): "\(count) parts, at most \(TableNameText.partsMaximum) are possible"
      }
    return Diagnostic(
      code: "invalid-table", "`table` is no table name", at: location, label: label,
      help: "write schema.table, with parts that hold dots in double quotes: '\"odd.name\".t'")
  }

  private static func query(_ problem: QueryProblem, at location: SourceLocation) -> Diagnostic {
    let message =
      switch problem {
      case .empty: "`query` is empty"
      case .notSelect(let found):
        found.isEmpty ? "`query` is no SELECT" : "`query` must be a SELECT, not `\(found)`"
      case .moreText: "`query` must be one statement, but something follows the `;`"
      }
    return Diagnostic(
      code: "invalid-query", message, at: location, label: "expected one SELECT, WITH or VALUES")
  }
}

extension ReferenceProblem {
  func diagnostic(at location: SourceLocation) -> Diagnostic {
    switch self {
    case .duplicate(let what, let name, let first):
      Diagnostic(
        code: "duplicate-\(what.replacing(" ", with: "-"))", "the \(what) `\(name)` is named twice", at: location,
        notes: ["first at \(first.place)"])
    case .secondEngine(let first):
      Diagnostic(
        code: "duplicate-engine", "there is more than one engine", at: location, notes: ["first at \(first.place)"],
        help: "keep one, and use --engine or SPELLBOOK_ENGINE for others")
    case .unknownEntity(let name, let known):
      Diagnostic(
        code: "unknown-entity", "unknown entity `\(name)`", at: location,
        label: Suggestion.question(name, among: known),
        notes: list("entities", known), help: "add a document with `kind: entity`")
    case .unknownKeyOfEntity(let key, let known):
      Diagnostic(
        code: "unknown-entity-key", "the group's entities have no key `\(key)`", at: location,
        label: Suggestion.question(key, among: known), notes: list("keys", known))
    case .ambiguousKey(let key, let choices):
      Diagnostic(
        code: "ambiguous-key", "more than one entity of the group has a key `\(key)`", at: location,
        label: "write \(alternatives(choices))")
    case .keysShareColumn(let column, let keys):
      Diagnostic(
        code: "duplicate-key-column",
        "the column `\(column)` would hold \(keys.count) keys: "
          + keys.joined(separator: ", "), at: location, help: "name the column of each key in `key_columns`")
    case .malformedMember(let text):
      Diagnostic(
        code: "malformed-member", "`\(text)` names no feature", at: location,
        label: "expected group.feature, group.* or a feature")
    case .unknownGroup(let name, let known):
      Diagnostic(
        code: "unknown-group", "unknown group `\(name)`", at: location, label: Suggestion.question(name, among: known),
        notes: list("groups", known))
    case .unknownFeature(let name, let group, let known):
      Diagnostic(
        code: "unknown-feature", "the group `\(group)` has no feature `\(name)`", at: location,
        label: Suggestion.question(name, among: known, prefix: group + "."), notes: list("features", known))
    case .unknownBareFeature(let name, let known):
      Diagnostic(
        code: "unknown-feature", "no group has a feature `\(name)`", at: location,
        label: Suggestion.question(name, among: known))
    case .ambiguousFeature(let name, let choices):
      Diagnostic(
        code: "ambiguous-feature", "more than one group has a feature `\(name)`", at: location,
        label: "write \(alternatives(choices))")
    case .undeclaredEntity(let name, let nearest):
      Diagnostic(
        .warning, code: "undeclared-entity", "no document declares the entity `\(name)`; it is taken for a key column",
        at: location, label: "did you mean `\(nearest)`?")
    }
  }
}

// MARK: - Parts of sentences

/// Names the candidates, unless they are many.
private func list(_ what: String, _ names: [String]) -> [String] {
  if names.isEmpty { return ["there are no \(what)"] }
  let shown = names.prefix(20)
  let more = names.count > shown.count ? " and \(names.count - shown.count) more" : ""
  return ["\(what): \(shown.joined(separator: ", "))\(more)"]
}

private func alternatives(_ choices: [String]) -> String { choices.map { "`\($0)`" }.joined(separator: " or ") }

private func article(_ owner: String) -> String { "aeiou".contains(owner.prefix(1)) ? "an \(owner)" : "a \(owner)" }
