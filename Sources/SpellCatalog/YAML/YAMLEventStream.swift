import CYAML
import SpellCore

/// The one owner of a libyaml parser and of the text that it reads.
final class YAMLEventStream {
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let offsets: CharacterOffsets
  /// The number of characters before the place where the parser was started.
  private var firstCharacter = 0

  /// Starts reading valid UTF-8 at an offset.
  init(_ bytes: [UInt8], at offset: Int) {
    text = .allocate(capacity: bytes.count)
    _ = text.initialize(from: bytes)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    offsets = CharacterOffsets(bytes)
    start(at: offset)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    text.deallocate()
  }

  /// Forgets what was read and goes on at an offset: the way past a syntax error.
  func restart(at offset: Int) {
    yaml_parser_delete(parser)
    start(at: offset)
  }

  private func start(at offset: Int) {
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    let rest = UnsafeMutableBufferPointer(rebasing: text[offset...])
    yaml_parser_set_input_string(parser, rest.baseAddress, rest.count)
    firstCharacter = offsets.character(atOffset: offset)
  }

  func next() throws(YAMLSyntaxError) -> YAMLEvent {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
      defer { yaml_event_delete(&event) }
      if let content = Self.content(of: event) {
        return YAMLEvent(content: content, span: SourceSpan(offset(event.start_mark), offset(event.end_mark)))
      }
    }
  }

  /// Nil for events that say nothing about the content.
  private static func content(of event: yaml_event_t) -> YAMLEvent.Content? {
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
    case YAML_ALIAS_EVENT: return .alias(name: string(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      return .scalar(
        YAMLEvent.Scalar(
          text: String(bytes: ByteSlice(start: scalar.value, count: scalar.length)),
          isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
          properties: YAMLEvent.Properties(anchor: string(scalar.anchor), tag: string(scalar.tag))))
    case YAML_SEQUENCE_START_EVENT:
      let sequence = event.data.sequence_start
      return .sequenceStart(YAMLEvent.Properties(anchor: string(sequence.anchor), tag: string(sequence.tag)))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let mapping = event.data.mapping_start
      return .mappingStart(YAMLEvent.Properties(anchor: string(mapping.anchor), tag: string(mapping.tag)))
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    default: return nil
    }
  }

  private static func string(_ text: UnsafePointer<yaml_char_t>?) -> String? {
    text.map { String(cString: $0) }
  }

  private func offset(_ mark: yaml_mark_t) -> Int {
    offsets.offset(ofCharacter: firstCharacter &+ Int(clamping: mark.index))
  }

  private func syntaxError() -> YAMLSyntaxError {
    let state = parser.pointee
    let context = state.context.map { String(cString: $0) }
    return YAMLSyntaxError(
      problem: state.problem.map { String(cString: $0) } ?? "no more memory",
      offset: offset(state.problem_mark),
      context: context,
      contextOffset: context == nil ? nil : offset(state.context_mark))
  }
}
