import SpellCore

/// Reads the documents of one file as trees, and reports what libyaml does not look at: duplicate keys, cycles and
/// bombs of aliases, tags, nesting. After a syntax error it goes on with the next document.
struct YAMLReader {
  /// Levels of sequences and mappings, aliases followed.
  static let nestingMaximum = 64
  /// Nodes that all aliases of a document may add.
  static let aliasedNodesMaximum = 100_000

  /// The rest of a document cannot be read; the reason has been reported.
  private struct DocumentLost: Error {
    /// Where to look for the next document.
    var offset: Int
  }

  private enum Anchor {
    /// The node is being read: an alias to it is a cycle.
    case open
    case closed(YAMLNode, nodeCount: Int)
  }

  private let bytes: [UInt8]
  private let source: SourceText
  private let environment: (String) -> String?
  private let log: ProblemLog
  private let events: YAMLEventStream
  private var anchors: [String: Anchor] = [:]
  private var nodeCount = 0
  private var aliasedNodeCount = 0
  /// Whether a part of the file could not be read.
  private(set) var hasLostDocuments = false

  /// Takes valid UTF-8. `source` is what locations refer to: the same text with passwords starred out.
  init(_ bytes: [UInt8], source: SourceText, environment: @escaping (String) -> String?, log: ProblemLog) {
    self.bytes = bytes
    self.source = source
    self.environment = environment
    self.log = log
    events = YAMLEventStream(bytes, at: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
  }

  /// The roots of all documents.
  mutating func documents() -> [YAMLNode] {
    var roots: [YAMLNode] = []
    var firstOffset = 0
    while true {
      do throws(DocumentLost) {
        while let root = try nextDocument() { roots.append(root) }
        return roots
      } catch {
        hasLostDocuments = true
        guard let next = nextDocumentMarker(from: max(firstOffset, error.offset)) else { return roots }
        // Each turn gets further, whatever the error was.
        firstOffset = next + 1
        events.restart(at: next)
      }
    }
  }

  private mutating func nextDocument() throws(DocumentLost) -> YAMLNode? {
    anchors = [:]
    nodeCount = 0
    aliasedNodeCount = 0
    while true {
      let event = try nextEvent()
      switch event.content {
      case .streamEnd: return nil
      case .documentStart, .documentEnd: continue
      default: return try node(event, depth: 1)
      }
    }
  }

  /// The first line from an offset on that starts with `---`, which begins a document.
  private func nextDocumentMarker(from offset: Int) -> Int? {
    var index = offset
    while index < bytes.count {
      let isLineStart = index == 0 || bytes[index - 1] == UInt8(ascii: "\n")
      if isLineStart, bytes[index...].starts(with: "---".utf8) {
        let after = index + 3
        if after >= bytes.count || bytes[after] <= 0x20 { return index }
      }
      index += 1
    }
    return nil
  }

  private func nextEvent() throws(DocumentLost) -> YAMLEvent {
    do {
      return try events.next()
    } catch {
      let context = error.contextOffset.map { location(SourceSpan($0, $0 + 1)) }
      if error.context == "while scanning a quoted scalar", error.problem.contains("unexpected"), let context {
        log.add(.unclosedQuote, at: context)
      } else {
        let near = Array(bytes[..<min(error.offset + 1, bytes.count)].suffix(2))
        log.add(
          .syntax(error, context: context, near: near), at: location(word(at: error.offset)))
      }
      throw DocumentLost(offset: error.offset)
    }
  }

  // MARK: - Nodes

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(DocumentLost) -> YAMLNode {
    nodeCount += 1
    switch event.content {
    case .alias(let name): return try alias(name, event.span, depth: depth)
    case .scalar(let scalar):
      let node = self.scalar(scalar, location(event.span))
      close(scalar.properties.anchor, node, nodeCount: 1)
      return node
    case .sequenceStart(let properties):
      return try collection(event, properties, tag: "seq", depth: depth) { reader, end throws(DocumentLost) in
        try reader.sequence(depth: depth, end: &end)
      }
    case .mappingStart(let properties):
      return try collection(event, properties, tag: "map", depth: depth) { reader, end throws(DocumentLost) in
        try reader.mapping(depth: depth, end: &end)
      }
    default: return YAMLNode(content: .broken, location: location(event.span))
    }
  }

  /// Reads a sequence or mapping; `body` also says where it ends.
  private mutating func collection(
    _ event: YAMLEvent, _ properties: YAMLEvent.Properties, tag: String, depth: Int,
    body: (inout YAMLReader, inout Int) throws(DocumentLost) -> YAMLNode.Content
  ) throws(DocumentLost) -> YAMLNode {
    guard depth <= Self.nestingMaximum else {
      log.add(.nestingTooDeep, at: location(SourceSpan(event.span.start, event.span.start + 1)))
      throw DocumentLost(offset: event.span.end)
    }
    let countBefore = nodeCount
    if let anchor = properties.anchor { anchors[anchor] = .open }
    var end = event.span.end
    let content = try body(&self, &end)
    var node = YAMLNode(content: content, location: location(SourceSpan(event.span.start, end)))
    switch content {
    case .sequence(let items): node.height = 1 + (items.map(\.height).max() ?? 0)
    case .mapping(let entries): node.height = 1 + (entries.map(\.value.height).max() ?? 0)
    default: break
    }
    if let written = properties.tag, !accepts(written, [tag], shape: node.shape, node.location) {
      node.content = .broken
    }
    close(properties.anchor, node, nodeCount: nodeCount - countBefore + 1)
    return node
  }

  private mutating func close(_ anchor: String?, _ node: YAMLNode, nodeCount: Int) {
    if let anchor { anchors[anchor] = .closed(node, nodeCount: nodeCount) }
  }

  private mutating func alias(_ name: String, _ span: SourceSpan, depth: Int) throws(DocumentLost) -> YAMLNode {
    let place = location(span)
    switch anchors[name] {
    case nil:
      log.add(.unknownAlias(name, anchors: anchors.keys.sorted()), at: place)
    case .open:
      log.add(.aliasCycle(name), at: place)
    case .closed(var node, let count):
      nodeCount += count
      aliasedNodeCount += count
      guard aliasedNodeCount <= Self.aliasedNodesMaximum else {
        log.add(.aliasBomb, at: place)
        throw DocumentLost(offset: span.end)
      }
      guard depth + node.height <= Self.nestingMaximum + 1 else {
        log.add(.nestingTooDeep, at: place)
        throw DocumentLost(offset: span.end)
      }
      node.location = place
      return node
    }
    return YAMLNode(content: .broken, location: place)
  }

  private mutating func sequence(depth: Int, end: inout Int) throws(DocumentLost) -> YAMLNode.Content {
    var items: [YAMLNode] = []
    while true {
      let event = try nextEvent()
      end = event.span.end
      if case .sequenceEnd = event.content { return .sequence(items) }
      items.append(try node(event, depth: depth + 1))
    }
  }

  private mutating func mapping(depth: Int, end: inout Int) throws(DocumentLost) -> YAMLNode.Content {
    var entries: [YAMLNode.Entry] = []
    var merged: [YAMLNode.Entry] = []
    var keys = WrittenKeys()
    while true {
      let event = try nextEvent()
      end = event.span.end
      if case .mappingEnd = event.content { break }
      let isMerge = Self.isMergeKey(event)
      let key = try node(event, depth: depth + 1)
      let value = try node(try nextEvent(), depth: depth + 1)
      guard let text = keyText(key) else { continue }
      let written = Written(text, at: key.location)
      if let first = keys.insert(written) {
        log.add(.duplicateKey(text, first: first), at: key.location)
      } else if isMerge {
        merged += mergedEntries(value)
      } else {
        entries.append(YAMLNode.Entry(key: written, value: value))
      }
    }
    for entry in merged where keys.insert(entry.key) == nil { entries.append(entry) }
    return .mapping(entries)
  }

  private static func isMergeKey(_ event: YAMLEvent) -> Bool {
    guard case .scalar(let scalar) = event.content else { return false }
    return scalar.isPlain && scalar.text == "<<" && scalar.properties.tag == nil
  }

  private func keyText(_ key: YAMLNode) -> String? {
    switch key.content {
    case .text(let text), .null(let text): return text
    case .broken: return nil
    case .sequence, .mapping:
      log.add(.keyNotText(shape: key.shape), at: key.location)
      return nil
    }
  }

  /// What `<<` brings in: the entries of a mapping, or of several, of which the first wins.
  private func mergedEntries(_ value: YAMLNode) -> [YAMLNode.Entry] {
    switch value.content {
    case .mapping(let entries): return entries
    case .sequence(let items):
      return items.flatMap { item -> [YAMLNode.Entry] in
        if case .mapping(let entries) = item.content { return entries }
        if case .broken = item.content { return [] }
        log.add(.mergeOfNoMapping(shape: item.shape), at: item.location)
        return []
      }
    case .broken: return []
    default:
      log.add(.mergeOfNoMapping(shape: value.shape), at: value.location)
      return []
    }
  }

  // MARK: - Scalars

  private func scalar(_ scalar: YAMLEvent.Scalar, _ place: SourceLocation) -> YAMLNode {
    let tag = scalar.properties.tag
    if let tag, !accepts(tag, ["str", "int", "float", "bool", "null"], shape: "text", place) {
      return YAMLNode(content: .broken, location: place)
    }
    if tag.map({ $0 == Self.corePrefix + "null" }) ?? (scalar.isPlain && Self.isNull(scalar.text)) {
      return YAMLNode(content: .null(scalar.text), location: place)
    }
    let (text, failures) = EnvironmentSubstitution.replace(scalar.text, environment: environment)
    for failure in failures {
      log.add(
        .substitution(failure.problem, written: failure.written), at: self.place(of: failure, in: place))
    }
    return YAMLNode(content: failures.isEmpty ? .text(text) : .broken, location: place)
  }

  /// The reference itself, if it stands in the file as it does in the text; else the scalar.
  private func place(of failure: EnvironmentSubstitution.Failure, in place: SourceLocation) -> SourceLocation {
    var found = -1
    for index in place.span.start..<place.span.end where bytes[index...].starts(with: "${".utf8) {
      found += 1
      guard found == failure.ordinal else { continue }
      guard bytes[index...].starts(with: failure.written.utf8) else { return place }
      return location(SourceSpan(index, index + failure.written.utf8.count))
    }
    return place
  }

  private static func isNull(_ text: String) -> Bool {
    // Nearly all texts are longer, and are looked at no further.
    text.utf8.count <= 4 && ["", "~", "null", "Null", "NULL"].contains(text)
  }

  private static let corePrefix = "tag:yaml.org,2002:"

  /// Whether a tag may stand before a node of a shape; `!` may stand anywhere.
  private func accepts(_ tag: String, _ names: [String], shape: String, _ place: SourceLocation) -> Bool {
    if tag == "!" { return true }
    let isCore = tag.hasPrefix(Self.corePrefix)
    let name = isCore ? String(tag.dropFirst(Self.corePrefix.count)) : tag
    if isCore, names.contains(name) { return true }
    let shown = isCore ? "!!" + name : tag
    if isCore, ["str", "int", "float", "bool", "null", "seq", "map"].contains(name) {
      log.add(.misplacedTag(shown, shape: shape), at: place)
    } else {
      log.add(.refusedTag(shown), at: place)
    }
    return false
  }

  // MARK: - Places

  /// A location that stays within one line and does not end in white space.
  private func location(_ span: SourceSpan) -> SourceLocation {
    let start = min(span.start, bytes.count)
    // Metadata may be one line: what follows the span is not looked at.
    let limit = max(start, min(span.end, bytes.count))
    var end = bytes[start..<limit].firstIndex(of: UInt8(ascii: "\n")) ?? limit
    while end > start + 1, bytes[end - 1] <= 0x20 { end -= 1 }
    return SourceLocation(source: source, span: SourceSpan(start, end))
  }

  /// What stands at an offset, up to white space.
  private func word(at offset: Int) -> SourceSpan {
    guard offset < bytes.count else { return SourceSpan(offset, offset) }
    let length = bytes[offset...].prefix { $0 > 0x20 }.count
    return SourceSpan(offset, offset + max(1, length))
  }
}
