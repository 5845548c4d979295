import SpellCore

/// A part of a YAML document with its place. Aliases and merges are resolved, `${…}` is replaced.
struct YAMLNode {
  enum Content {
    /// A plain `null`, `~` or nothing at all, as written.
    case null(String)
    case text(String)
    case sequence([YAMLNode])
    case mapping([Entry])
    /// Something that has been reported; nobody else needs to complain about it.
    case broken
  }

  struct Entry {
    /// The text of the key, which is always a scalar.
    var key: Written<String>
    var value: YAMLNode
  }

  var content: Content
  /// Of a node that runs over several lines, only its first one.
  var location: SourceLocation
  /// Levels of sequences and mappings from here on down; 0 for a scalar.
  var height = 0

  /// For messages: `text`, `a list`, `a mapping` or `nothing`.
  var shape: String {
    switch content {
    case .null, .broken: "nothing"
    case .text: "text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// A value and where it was written.
struct Written<Value> {
  var value: Value
  var location: SourceLocation

  init(_ value: Value, at location: SourceLocation) {
    self.value = value
    self.location = location
  }
}
