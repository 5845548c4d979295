import SpellCore

/// One thing that may stand at the cursor.
package struct Candidate: Sendable, Equatable {
  /// What a candidate is.
  package enum Kind: String, Sendable {
    case keyword, symbol, group, feature, entity, key, column, folder, file, format, setting, value
    case set = "feature set"
    /// A column of the file named after JOIN.
    case label = "label column"
    /// A word of the shell itself.
    case command
  }

  /// As lists show it.
  package var text: String
  /// What stands in the place of the word at the cursor once the candidate is chosen: quoted where it must be, and
  /// with the blank, the dot or the slash that goes on.
  package var insertion: String
  package var kind: Kind
  /// The type of a feature or a key; empty for others.
  package var type: String
  /// From the metadata; empty if there is none.
  package var description: String

  package init(
    text: String, insertion: String, kind: Kind, type: String = "", description: String = ""
  ) {
    self.text = text
    self.insertion = insertion
    self.kind = kind
    self.type = type
    self.description = description
  }
}

/// What the text at the cursor may become.
package struct CompletionResult: Sendable, Equatable {
  /// The bytes of the text that a candidate replaces.
  package var replaced: SourceSpan
  /// The first of them, those that agree in case before the others.
  package var candidates: [Candidate]
  /// How many there are in all.
  package var count: Int
  /// What all of them begin with, written to stand in the place of the word; nil if that is no more than what is typed.
  package var common: String?

  /// So many candidates are kept and shown.
  package static let limit = 100

  package static let none = CompletionResult()

  package init(
    replaced: SourceSpan = SourceSpan(0, 0), candidates: [Candidate] = [], count: Int = 0, common: String? = nil
  ) {
    self.replaced = replaced
    self.candidates = candidates
    self.count = count
    self.common = common
  }
}
