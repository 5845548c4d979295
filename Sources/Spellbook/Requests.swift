import SpellCatalog
import SpellCore
import SpellLanguage
import SpellPlanning

/// Where the result of a request goes.
package struct OutputRequest: Sendable {
  /// Nil and `-`: standard output.
  package var path: String?
  package var overwrites: Bool

  package init(path: String? = nil, overwrites: Bool = false) {
    self.path = path
    self.overwrites = overwrites
  }

  fileprivate var clause: OutputClause {
    OutputClause(into: path.map(PathExpression.init(path:)), overwrites: overwrites && path != nil && path != "-")
  }
}

/// How the file of a request is read.
package struct FileRequest: Sendable {
  /// `-` is standard input.
  package var path: String
  package var delimiter: String?
  /// Texts that are NULL, beside the empty field.
  package var nulls: [String]

  package init(path: String, delimiter: String? = nil, nulls: [String] = []) {
    self.path = path
    self.delimiter = delimiter
    self.nulls = nulls
  }

  fileprivate var reading: FileReading {
    FileReading(delimiter: delimiter.map { Literal(.text($0)) }, nulls: nulls.map { Literal(.text($0)) })
  }
}

/// The verbs that the command line and the Swift library share. Each is a spelling of statements, whose text is run
/// like any other.
package enum Request: Sendable {
  package enum MetaKind: String, Sendable, CaseIterable { case all, entity, feature, group }

  /// What the catalog holds: all of a kind, or the one of a name. All kinds are a table each where people read them,
  /// and one table where programs do.
  case meta(MetaKind, name: String?, asOneTable: Bool)
  /// Features of every key, as of a time (nil: now). Features are lists as in a select list.
  case export(features: [String], snapshotDate: String?, output: OutputRequest)
  /// Features for labels. An entity column is `key=column`, or a column where the features have one key.
  case join(
    features: [String], labels: FileRequest, eventTimestampColumn: String?, entityColumns: [String],
    output: OutputRequest)
  /// What the stored rows of features hold, those that were available by a time or (nil) all. Features are lists, or
  /// names of groups; none are all that the catalog has.
  case profile(features: [String], asOf: String?, output: OutputRequest)
  /// The metadata against the database; no group stands for all.
  case check(groups: [String], isDeep: Bool, output: OutputRequest)
  case load(group: String, rows: FileRequest, replaces: Bool)

  /// The statements that the request stands for, each with its `;`. Throws a usage error for lists and columns that
  /// say nothing.
  func statements(in catalog: Catalog) throws -> [String] {
    try bodies(in: catalog).map { StatementPrinter.text($0) + ";" }
  }

  private func bodies(in catalog: Catalog) throws -> [StatementBody] {
    switch self {
    case .meta(let kind, let name, let asOneTable):
      if let name { try kind.check(name, in: catalog) }
      let like = name.map { Literal(.text(LikePattern.escaped($0))) }
      let subjects = kind == .all && asOneTable ? [.all] : kind.subjects
      return subjects.map { .show(ShowStatement(subject: $0, like: like)) }
    case .export(let features, let snapshotDate, let output):
      let cut = snapshotDate.map { MomentCut(isStrict: false, moment: Moment(base: Request.instant($0))) }
      return [.select(SelectStatement(items: try Request.items(features), cut: cut, output: output.clause))]
    case .join(let features, let labels, let eventTimestampColumn, let entityColumns, let output):
      let items = try Request.items(features)
      let cut = eventTimestampColumn.map { MomentCut(isStrict: false, moment: Moment(base: .column(Name($0)))) }
      return [
        .select(
          SelectStatement(
            items: items, cut: cut,
            labels: LabelClause(path: PathExpression(path: labels.path), reading: labels.reading),
            keyMappings: try entityColumns.compactMap { try Request.mapping($0, items: items, catalog: catalog) },
            output: output.clause))
      ]
    case .profile(let features, let asOf, let output):
      let all = catalog.groups.filter { !$0.features.isEmpty }.map { SelectItem(subject: .all(group: Name($0.name))) }
      // A shell takes `weather.*` for files, so that a group's name stands for all of it.
      let lists = features.map { name in catalog.groups.contains { $0.name == name } ? "\(name).*" : name }
      let items = features.isEmpty ? all : try Request.items(lists)
      let cut = asOf.map { MomentCut(isStrict: false, moment: Moment(base: Request.instant($0))) }
      return [.profile(ProfileStatement(items: items, cut: cut, output: output.clause))]
    case .check(let groups, let isDeep, let output):
      return [.check(CheckStatement(groups: groups.map { Name($0) }, isDeep: isDeep, output: output.clause))]
    case .load(let group, let rows, let replaces):
      return [
        .importRows(
          ImportStatement(
            path: PathExpression(path: rows.path), group: Name(group), mode: replaces ? .replace : nil,
            reading: rows.reading))
      ]
    }
  }

  /// NOW, a number on an axis of numbers, or a time.
  private static func instant(_ text: String) -> Moment.Base {
    if text.uppercased() == "NOW" { return .now(SourceSpan(0, 0)) }
    return .literal(Literal(AxisNumber(text: text) == nil ? .text(text) : .number(text)))
  }

  /// The items of lists such as `a.x, b.y AS z`.
  private static func items(_ lists: [String]) throws -> [SelectItem] {
    let text = lists.joined(separator: ", ")
    let script = Parser.parse(SourceText(name: "features", text: "SELECT FEATURES \(text)"))
    guard script.diagnostics.isEmpty, script.statements.count == 1,
      case .select(let select) = script.statements[0].body, select == SelectStatement(items: select.items)
    else { throw SessionMessages.badFeatureList(text) }
    return select.items
  }

  /// Nil where the column is called like the only key.
  private static func mapping(_ text: String, items: [SelectItem], catalog: Catalog) throws -> KeyMapping? {
    if let split = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
      let key = text[..<split].split(separator: ".", maxSplits: 1).map { Name(String($0)) }
      guard let last = key.last else { throw SessionMessages.badEntityColumn(text, keys: []) }
      let reference = ColumnReference(qualifier: key.count == 2 ? key[0] : nil, name: last)
      return KeyMapping(key: reference, column: Name(String(text[text.utf8.index(after: split)...])))
    }
    let keys = ItemKeys.names(of: items, in: catalog)
    if keys.contains(text) { return nil }
    guard keys.count == 1 else { throw SessionMessages.badEntityColumn(text, keys: keys) }
    return KeyMapping(key: ColumnReference(name: Name(keys[0])), column: Name(text))
  }
}

extension Request.MetaKind {
  /// Throws if nothing of the kind has the name.
  fileprivate func check(_ name: String, in catalog: Catalog) throws {
    let names: [String] =
      switch self {
      case .all:
        catalog.entities.map(\.name) + catalog.groups.map(\.name) + catalog.groups.flatMap { $0.features.map(\.name) }
      case .entity: catalog.entities.map(\.name)
      case .group: catalog.groups.map(\.name)
      case .feature: catalog.groups.flatMap { $0.features.map(\.name) }
      }
    if !names.contains(name) { throw SessionMessages.unknownMeta(name, kind: rawValue, names: names) }
  }

  fileprivate var subjects: [ShowStatement.Subject] {
    switch self {
    case .all: [.entities, .groups, .features]
    case .entity: [.entities]
    case .group: [.groups]
    case .feature: [.features]
    }
  }
}

extension PathExpression {
  /// `-` is standard input or output, anything else a file.
  fileprivate init(path: String) { self.init(path == "-" ? .standardStream : .file(path)) }
}
