/// A part of a statement that its first word announces and that stands once at most.
package enum Clause: Sendable, CaseIterable {
  case asOf, before, versions, known, within, join, on, `where`, orderBy, limit, offset, withTimestamps, withFullNames
  case format, into
  case delimiter, nulls, time, append, replace
  case `in`, like, deep

  static let ofSelect: [Clause] = [
    .asOf, .before, .versions, .known, .within, .join, .on, .where, .orderBy, .limit, .offset, .withTimestamps,
    .withFullNames, .format, .into,
  ]
  static let ofProfile: [Clause] = [.asOf, .before, .where, .format, .into]
  static let ofShow: [Clause] = [.in, .like, .format, .into]
  static let ofCheck: [Clause] = [.deep, .format, .into]
  static let ofImport: [Clause] = [.append, .replace, .delimiter, .nulls]
  static let ofLabels: [Clause] = [.delimiter, .nulls, .time]
  /// What of that a table of labels has.
  static let ofLabelTable: [Clause] = [.time]

  /// The words that begin the clause.
  var keywords: [Keyword] {
    switch self {
    case .asOf: [.as, .of]
    case .before: [.before]
    case .versions: [.versions]
    case .known: [.known]
    case .within: [.within]
    case .join: [.join]
    case .on: [.on]
    case .where: [.where]
    case .orderBy: [.order, .by]
    case .limit: [.limit]
    case .offset: [.offset]
    case .withTimestamps: [.with, .timestamps]
    case .withFullNames: [.with, .full, .names]
    case .format: [.format]
    case .into: [.into]
    case .delimiter: [.delimiter]
    case .nulls: [.null]
    case .time: [.time]
    case .append: [.append]
    case .replace: [.replace]
    case .in: [.in]
    case .like: [.like]
    case .deep: [.deep]
    }
  }

  package var text: String { keywords.map(\.text).joined(separator: " ") }

  /// The clauses that cannot stand beside this one.
  var excluded: [Clause] {
    switch self {
    case .asOf: [.before, .versions]
    case .before: [.asOf, .versions]
    case .versions: [.asOf, .before]
    case .append: [.replace]
    case .replace: [.append]
    default: []
    }
  }
}
