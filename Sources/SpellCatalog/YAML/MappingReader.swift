import SpellCore

/// Typed access to a mapping whose keys are known. Every method reports what it cannot use and returns nil; a key with
/// the value null is absent.
struct MappingReader {
  /// What the mapping describes, for messages: `group`, `feature`.
  let owner: String
  /// Where a missing key is reported.
  let location: SourceLocation
  let log: ProblemLog
  /// Each key once. Few: a look at them all is sooner done than a table of them.
  private let entries: [YAMLNode.Entry]
  /// Known keys that an unknown key was probably meant to be: they are not reported as missing too.
  private var misspelled: Set<String> = []

  init(_ entries: [YAMLNode.Entry], owner: String, keys: [String], at location: SourceLocation, log: ProblemLog) {
    self.init(entries, owner: owner, at: location, log: log)
    for entry in entries where !keys.contains(entry.key.value) {
      log.add(.unknownKey(entry.key.value, owner: owner, known: keys), at: entry.key.location)
      if let meant = Suggestion.nearest(to: entry.key.value, among: keys) { misspelled.insert(meant) }
    }
  }

  /// A mapping whose further keys the caller looks at.
  init(_ entries: [YAMLNode.Entry], owner: String, at location: SourceLocation, log: ProblemLog) {
    self.owner = owner
    self.location = location
    self.log = log
    self.entries = entries
  }

  private func entry(_ key: String) -> YAMLNode.Entry? {
    // `first` would copy each entry that it looks at.
    entries.firstIndex { $0.key.value == key }.map { entries[$0] }
  }

  /// The value of a key; nil if it is absent or null.
  func node(_ key: String) -> YAMLNode? {
    guard let value = entry(key)?.value else { return nil }
    if case .null = value.content { return nil }
    return value
  }

  func has(_ key: String) -> Bool { node(key) != nil }

  /// Whether the value is the plain word `null`.
  func isNullWord(_ key: String) -> Bool {
    guard case .null(let word) = entry(key)?.value.content else { return false }
    return word.lowercased() == "null"
  }

  /// Whether the key is neither there nor misspelled.
  func lacks(_ key: String) -> Bool { !has(key) && !misspelled.contains(key) }

  func keyLocation(_ key: String) -> SourceLocation { entry(key)?.key.location ?? location }

  /// Reports a key that is absent.
  func require(_ key: String) {
    if lacks(key) { log.add(.missingKey(key, owner: owner), at: location) }
  }

  /// Any scalar as its text.
  func text(_ key: String) -> Written<String>? {
    guard let node = node(key) else { return nil }
    return text(of: node, key: key)
  }

  func text(of node: YAMLNode, key: String) -> Written<String>? {
    switch node.content {
    case .text(let text): return Written(text, at: node.location)
    case .broken: return nil
    default:
      log.add(.wrongShape(key: key, expected: "text", found: node.shape), at: node.location)
      return nil
    }
  }

  /// A name of something: not empty, no dot, no control character.
  func name(_ key: String) -> Written<String>? {
    guard let node = node(key) else { return nil }
    return name(of: node, key: key)
  }

  func name(of node: YAMLNode, key: String) -> Written<String>? {
    guard let name = column(of: node, key: key) else { return nil }
    guard !name.value.utf8.contains(UInt8(ascii: ".")) else {
      log.add(.dotInName(name.value, key: key), at: name.location)
      return nil
    }
    return name
  }

  /// A name in the database: not empty, no control character.
  func column(_ key: String) -> Written<String>? {
    guard let node = node(key) else { return nil }
    return column(of: node, key: key)
  }

  func column(of node: YAMLNode, key: String) -> Written<String>? {
    guard let name = text(of: node, key: key) else { return nil }
    guard !name.value.isEmpty else {
      log.add(.emptyText(key: key), at: name.location)
      return nil
    }
    guard !name.value.unicodeScalars.contains(where: VisibleText.isControl) else {
      log.add(.controlInName(name.value, key: key), at: name.location)
      return nil
    }
    return name
  }

  /// One of a set of words.
  func word<Word>(
    _ key: String, among known: @autoclosure () -> [String], _ read: (String) -> Word?
  ) -> Written<Word>? {
    guard let text = text(key) else { return nil }
    guard let word = read(text.value) else {
      log.add(.unknownWord(text.value, key: key, known: known()), at: text.location)
      return nil
    }
    return Written(word, at: text.location)
  }

  func valueType(_ key: String) -> ValueType? {
    word(key, among: ValueType.spellings) { ValueType(spelling: $0) }?.value
  }

  func list(_ key: String) -> [YAMLNode]? {
    guard let node = node(key) else { return nil }
    switch node.content {
    case .sequence(let items): return items
    case .broken: return nil
    default:
      log.add(.wrongShape(key: key, expected: "a list", found: node.shape), at: node.location)
      return nil
    }
  }

  func mapping(_ key: String) -> [YAMLNode.Entry]? {
    guard let node = node(key) else { return nil }
    switch node.content {
    case .mapping(let entries): return entries
    case .broken: return nil
    default:
      log.add(.wrongShape(key: key, expected: "a mapping", found: node.shape), at: node.location)
      return nil
    }
  }

  /// The mappings of a list, each read with the same keys; a bare text is a mapping with nothing but a `name`.
  func namedItems(_ key: String, owner: String, keys: [String]) -> [MappingReader]? {
    list(key)?.compactMap { item in
      switch item.content {
      case .mapping(let entries):
        return MappingReader(
          entries, owner: owner, keys: keys, at: entries.first?.key.location ?? item.location, log: log)
      case .text:
        let name = YAMLNode.Entry(key: Written("name", at: item.location), value: item)
        return MappingReader([name], owner: owner, at: item.location, log: log)
      case .broken: return nil
      default:
        log.add(.wrongShape(key: key, expected: "a mapping or a name", found: item.shape), at: item.location)
        return nil
      }
    }
  }
}
