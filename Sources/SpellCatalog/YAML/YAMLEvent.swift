import SpellCore

/// One step through a YAML text, as libyaml reports it, with its place in bytes.
struct YAMLEvent {
  enum Content {
    case documentStart, documentEnd, streamEnd
    case alias(name: String)
    case scalar(Scalar)
    case sequenceStart(Properties), sequenceEnd
    case mappingStart(Properties), mappingEnd
  }

  /// What may stand before a node.
  struct Properties {
    var anchor: String?
    /// The full tag, such as `tag:yaml.org,2002:str`.
    var tag: String?
  }

  struct Scalar {
    var text: String
    /// Written without quotes and not as a block.
    var isPlain: Bool
    var properties: Properties
  }

  var content: Content
  var span: SourceSpan
}

/// Why libyaml cannot read on, in its own words.
struct YAMLSyntaxError: Error {
  var problem: String
  var offset: Int
  /// What was being read, such as `while parsing a flow sequence`, and where it began.
  var context: String?
  var contextOffset: Int?
}
