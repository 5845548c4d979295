import SpellCore

// What is wrong with metadata, as facts: one list for each stage of reading. `CatalogMessages` turns them into
// diagnostics; where something is wrong stands beside it in the `ProblemLog`.

/// A path or the characters of a file.
enum FileProblem {
  case noSuchPath(String)
  case unreadable(path: String, errno: Int32)
  case emptyFolder(String)
  case tooLarge(path: String)
  case notUTF8(byte: UInt8)
  case controlCharacter(Unicode.Scalar)
}

/// The YAML of a document.
enum YAMLProblem {
  /// `context` is where the thing begins that libyaml was reading, `near` the byte that it stopped at and the one
  /// before it.
  case syntax(YAMLSyntaxError, context: SourceLocation?, near: [UInt8])
  case unclosedQuote
  case nestingTooDeep
  case unknownAlias(String, anchors: [String])
  case aliasCycle(String)
  case aliasBomb
  case refusedTag(String)
  case misplacedTag(String, shape: String)
  case duplicateKey(String, first: SourceLocation)
  case keyNotText(shape: String)
  case mergeOfNoMapping(shape: String)
  case substitution(EnvironmentSubstitution.Problem, written: String)
}

/// The keys of a document. `owner` is what has the key, such as `group`.
enum ShapeProblem {
  case notADocument(shape: String)
  case missingKind
  case unknownKey(String, owner: String, known: [String])
  case missingKey(String, owner: String)
  case missingEither(String, String, owner: String)
  case together(String, other: String, owner: String)
  case wrongShape(key: String, expected: String, found: String)
  case emptyList(key: String, owner: String)
  /// A warning.
  case ignoredEngineKeys([String])
}

/// A name or a value.
enum ValueProblem {
  case emptyText(key: String)
  case dotInName(String, key: String)
  case controlInName(String, key: String)
  case unknownWord(String, key: String, known: [String])
  case zone(ZoneProblem)
  case interval(IntervalProblem)
  case needsEvent(key: String)
  case needsAggregate(key: String)
  case table(TableNameProblem)
  case query(QueryProblem)
  case engineURL(EngineURLProblem)
}

/// A ttl, a delay or a window; `key` is which.
enum IntervalProblem {
  case malformed(String, key: String)
  case negative(String, key: String)
  case zeroTTL
  case ttlNotAboveDelay(ttl: Interval, delay: Interval)
  case ttlAndDelayOfTwoKinds
  case numberOnTimeAxis(key: String, storage: String)
  case timeOnNumberAxis(key: String)
}

/// A name that stands twice, or that stands for nothing.
enum ReferenceProblem {
  case duplicate(what: String, name: String, first: SourceLocation)
  case secondEngine(first: SourceLocation)
  case unknownEntity(String, known: [String])
  case unknownKeyOfEntity(String, known: [String])
  case ambiguousKey(String, choices: [String])
  case keysShareColumn(String, keys: [String])
  case malformedMember(String)
  case unknownGroup(String, known: [String])
  case unknownFeature(String, group: String, known: [String])
  case unknownBareFeature(String, known: [String])
  case ambiguousFeature(String, choices: [String])
  /// A warning.
  case undeclaredEntity(String, nearest: String)
}
