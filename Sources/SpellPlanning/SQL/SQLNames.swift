import SpellCore

/// Gives out names of which no two are taken for the same by any engine: they differ in more than case, and are short.
struct SQLNames {
  private static let mostCharacters = 15

  private var taken: Set<String>

  init(taken: [String] = []) { self.taken = Set(taken.map { $0.lowercased() }) }

  /// The name itself, where it is free.
  mutating func name(_ wanted: String) -> String {
    let short = wanted.utf8.count <= 50 ? wanted : String(wanted.prefix(Self.mostCharacters))
    let base = short.isEmpty || short.utf8.contains(0) || short.utf8.count > 50 ? "column" : short
    var name = base
    var count = 1
    while !taken.insert(name.lowercased()).inserted {
      count += 1
      name = "\(base)_\(count)"
    }
    return name
  }
}

/// Names inside a statement that stand for labels.
struct LabelNames {
  /// The table, or what stands for it.
  var table: String
  var number: String
  /// The text of each label column.
  var fields: [String]
  /// A column for each of `StatementLabels.typed`.
  var typed: [String]
  /// Where the label stands on the axis; nil where the statement says so itself, or nothing does.
  var moment: String?

  init(_ labels: StatementLabels, columns: [String], table: String) {
    self.table = table
    var names = SQLNames()
    number = names.name("label")
    let momentName = labels.momentColumn.map { _ in names.name("moment") }
    moment = momentName
    fields = columns.map { names.name($0) }
    typed = labels.typed.map { names.name("\(columns[$0.column])_\($0.type.rawValue)") }
  }
}

/// Names inside a statement that stand for what is read of a group.
struct UseNames {
  /// The rows that were chosen.
  var table: String
  var keys: [String]
  var event: String
  var created: String
  /// In metadata order.
  var features: [String]
  var windows: [String]
  /// Of the label that a row was chosen for, and its moment.
  var label: String
  var moment: String
  /// 1 for the row that wins.
  var place: String

  init(_ use: GroupUse, table: String) {
    self.table = table
    var names = SQLNames()
    label = names.name("label")
    moment = names.name("moment")
    event = names.name("event")
    created = names.name("created")
    place = names.name("place")
    keys = use.keys.map { names.name($0.name) }
    features = use.features.map { names.name($0.feature.name) }
    windows = use.windows.map { names.name($0.feature ?? $0.function.rawValue) }
  }
}
