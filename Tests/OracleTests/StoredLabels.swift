import TestSupport

/// The labels of a world as a table of its database.
struct StoredLabels {
  /// How the table is made and filled.
  let script: String
  /// What stands in a statement in the place of the file.
  let join: String
  /// By label and column: the fields as a join prints them, each by the type of its column.
  let fields: [[String]]
  /// By column.
  let types: [CellType]
  /// Whether moments are whole numbers.
  let hasNumbers: Bool

  /// The statement over the table.
  func text(of query: Query) -> String {
    query.text.replacing("JOIN 'labels.csv'", with: join).replacing("JOIN labels.csv", with: join)
  }
}

/// Writes labels down as a table, with column types of an engine.
struct LabelTableMaker {
  let header: [String]
  let labels: [Label]
  let entities: [Entity]
  let momentColumns: [String]
  let isNumberAxis: Bool
  let flavour: SQLFlavour
  var random: SeededRandom

  /// A column's value: what SQL says and what CSV shows.
  private typealias Written = (literal: String, field: String)

  mutating func make() -> StoredLabels {
    let isInMicroseconds = !isNumberAxis && random.chance(35)
    let declarations = header.map { column -> (type: CellType, declared: String) in
      if momentColumns.contains(column) { return momentType(isNumber: isNumberAxis || isInMicroseconds) }
      let type = keyType(column) ?? (column == "n" ? .int : .str)
      return (type, column == "n" ? "INTEGER" : flavour.columnType(type, .iso8601, &random))
    }
    let columns = zip(header, declarations).map { "\($0) \($1.declared)" }.joined(separator: ", ")
    var script = "CREATE TABLE labels (\(columns));\n"
    var fields: [[String]] = []
    for label in labels {
      let row = zip(header, declarations).map { written(label, column: $0, type: $1.type, declared: $1.declared) }
      script += "INSERT INTO labels VALUES (\(row.map(\.literal).joined(separator: ", ")));\n"
      fields.append(row.map(\.field))
    }
    return StoredLabels(
      script: script, join: "JOIN TABLE labels" + (isInMicroseconds ? " TIME unix_us" : ""), fields: fields,
      types: declarations.map(\.type), hasNumbers: isNumberAxis || isInMicroseconds)
  }

  private mutating func momentType(isNumber: Bool) -> (CellType, String) {
    if isNumber { return (.int, flavour == .sqlite ? "INTEGER" : "BIGINT") }
    let declared = flavour.columnType(.datetime, .iso8601, &random)
    return (declared == "TEXT" ? .str : .datetime, declared)
  }

  private func keyType(_ column: String) -> CellType? {
    for entity in entities {
      if let position = entity.labelColumns.firstIndex(of: column) { return entity.keys[position].type }
    }
    return nil
  }

  private mutating func written(_ label: Label, column: String, type: CellType, declared: String) -> Written {
    if let moment = momentColumns.firstIndex(of: column) {
      guard let instant = label.moments[moment] else { return ("NULL", "") }
      return written(instant, type: type, declared: declared)
    }
    for (entity, key) in zip(entities, label.keys) {
      if let position = entity.labelColumns.firstIndex(of: column) { return written(key[position]) }
    }
    if column == "n" { return written(.int(label.number)) }
    let note = CSVText("note,\n\(label.fields[header.firstIndex(of: column) ?? 0]),\n").records[0][0]
    return written(note.text.isEmpty && !note.quoted ? .null : .text(note.text))
  }

  private func written(_ cell: Cell) -> Written {
    guard case .text(let bytes) = cell else { return (cell == .null ? "NULL" : printedCell(cell), printedCell(cell)) }
    return (quoted(String(decoding: bytes, as: UTF8.self), "'"), printedCell(cell))
  }

  /// Labels are naive in the session's zone, which is UTC.
  private mutating func written(_ instant: Int64, type: CellType, declared: String) -> Written {
    switch (type, declared, flavour) {
    case (.int, _, _): return ("\(instant)", "\(instant)")
    case (_, "TIMESTAMPTZ", _):
      return (quoted(timeText(instant, separator: " ", offset: "+00", digits: 6), "'"), printedCell(.time(instant)))
    case (_, "TIMESTAMP", .server):
      return (quoted(timeText(instant, separator: " ", offset: "", digits: 6), "'"), printedCell(.time(instant)))
    default:
      let text = anyTimeText(instant, naiveMinutes: 0, beyond: .truncated, &random)
      return (quoted(text, "'"), type == .str ? text : printedCell(.time(instant)))
    }
  }
}
