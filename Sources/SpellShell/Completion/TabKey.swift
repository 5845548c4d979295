import SpellCore

/// What the Tab key does with candidates: it inserts the only one or what all begin with, and where there is nothing to
/// insert, it lists them when it is pressed again.
package struct TabKey {
  package enum Action: Equatable {
    /// Puts a text in the place of bytes of the line.
    case insert(SourceSpan, String)
    case list
    /// There is nothing to do, or nothing yet.
    case ring
  }

  /// The line and the place of the cursor as the last press left them.
  private var last: (line: String, cursor: Int)?

  package init() {}

  /// `result` speaks of bytes of the line.
  package mutating func press(line: String, cursor: Int, result: CompletionResult) -> Action {
    let isSecond = last.map { $0.line == line && $0.cursor == cursor } ?? false
    last = nil
    if result.count == 0 { return .ring }
    if result.count == 1, let only = result.candidates.first { return .insert(result.replaced, only.insertion) }
    guard let common = result.common else {
      last = (line, cursor)
      return isSecond ? .list : .ring
    }
    let bytes = Array(line.utf8)
    let before = bytes[..<result.replaced.start]
    let after = bytes[result.replaced.end...]
    last = (String(decoding: before + common.utf8 + after, as: UTF8.self), before.count + common.utf8.count)
    return .insert(result.replaced, common)
  }
}
