import SpellCore

/// The comments of metadata that was made up.
enum StarterMessages {
  static func head(label: String) -> String {
    "Made by `spellbook init` from \(visible(label)). Read it through: comments say what was guessed."
  }

  static let secretEngine =
    "The database is not named, for its URL holds a password: use --engine or $SPELLBOOK_ENGINE."

  static let leftOutHead = "Left out:"
  static let noTables = "There is no table or view that may be read."

  static func leftOut(_ table: TableName, _ obstacle: StarterMetadata.Obstacle) -> String {
    let reason =
      switch obstacle {
      case .noKey: "no key: neither a primary or foreign key nor an index, and no column that is called like one"
      case .severalRows: "several rows have one key, and no column of times says when each holds"
      case .noFeatures: "no column is left to be a feature"
      case .name: "its name holds characters that metadata cannot"
      case .unreadable(let reason): "it cannot be read: \(reason)"
      }
    return visible("\(table): \(reason)")
  }

  /// How the key was found; nil where the table itself declares it.
  static func guess(_ guess: KeyGuess, isTimed: Bool) -> String? {
    let evidence: String? =
      switch guess.evidence {
      case .primaryKey: nil
      case .foreignKey(let table): "by the foreign key to \(table)"
      case .uniqueIndex(let columns): "by the unique index on \(columns.joined(separator: ", "))"
      case .index(let columns): "by the index on \(columns.joined(separator: ", "))"
      case .sharedName(let tables): "by the name, which is also in \(tables.joined(separator: ", "))"
      case .name: "by the name"
      }
    let rows = isTimed || guess.isUnique ? nil : "no two of the first rows share it"
    let parts = [evidence, rows].compactMap { $0 }
    return parts.isEmpty ? nil : visible(parts.joined(separator: "; "))
  }

  static func otherTimes(_ columns: [String]) -> String {
    visible("guessed; times are also in \(columns.joined(separator: ", "))")
  }

  static let storage = "guessed from the name and the values"
  static let zone = "guessed: the stored times have no offset"
  static let delay = "guessed: the events are days, and a row may sum up its day"

  static func unfit(_ columns: [String]) -> String {
    visible("values that do not fit their type are in \(columns.joined(separator: ", "))")
  }

  static func leftOut(_ columns: [String]) -> String {
    visible("left out, for their values, name or rights: \(columns.joined(separator: ", "))")
  }

  /// A comment ends with its line.
  private static func visible(_ text: String) -> String { VisibleText.escaped(text) }
}
