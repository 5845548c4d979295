import TestSupport

// How a world is written down: values as CSV, SQL and YAML, and times in the many forms that mean the same instant.

/// A value as the reference prints it in CSV.
func printedCell(_ cell: Cell) -> String {
  switch cell {
  case .null: ""
  case .int(let value): "\(value)"
  case .float(let value): "\(value)"
  case .bool(let value): "\(value)"
  case .text(let bytes): csvField(bytes)
  case .decimal(let hundredths): decimalText(hundredths)
  case .time(let instant): timeText(instant, separator: " ", offset: "+00:00")
  }
}

/// The same on a number axis, where a time is a bare number.
func printedNumber(_ cell: Cell) -> String {
  if case .time(let number) = cell { "\(number)" } else { printedCell(cell) }
}

/// Text as a CSV field, quoted where it must be.
func csvField(_ bytes: [UInt8], always: Bool = false) -> String {
  let text = String(decoding: bytes, as: UTF8.self)
  let mustQuote = bytes.isEmpty || bytes.contains { [10, 13, UInt8(ascii: ","), UInt8(ascii: "\"")].contains($0) }
  return always || mustQuote ? quoted(text, "\"") : text
}

/// Text between quotes, inner quotes doubled.
func quoted(_ text: String, _ quote: Character) -> String {
  "\(quote)" + text.map { $0 == quote ? "\(quote)\(quote)" : "\($0)" }.joined() + "\(quote)"
}

/// Hundredths as a number without needless zeros.
func decimalText(_ hundredths: Int64) -> String {
  let sign = hundredths < 0 ? "-" : ""
  let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
  if rest == 0 { return "\(sign)\(whole)" }
  return "\(sign)\(whole)." + (rest % 10 == 0 ? "\(rest / 10)" : padded(Int64(rest), 2))
}

private func padded(_ value: Int64, _ width: Int) -> String {
  let digits = "\(value)"
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// Whole days before a time, and the microseconds since that midnight.
private func days(_ time: Int64) -> (days: Int64, rest: Int64) {
  let day: Int64 = 86_400_000_000
  let floor = time >= 0 ? time / day : (time - day + 1) / day
  return (floor, time - floor * day)
}

/// The date of a day number since 1970-01-01, by walking the calendar.
func dateText(_ dayNumber: Int64) -> String {
  var year: Int64 = 1970
  var rest = dayNumber
  func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
  while rest < 0 {
    year -= 1
    rest += isLeap(year) ? 366 : 365
  }
  while rest >= (isLeap(year) ? 366 : 365) {
    rest -= isLeap(year) ? 366 : 365
    year += 1
  }
  var month: Int64 = 1
  for length: Int64 in [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
    if rest < length { break }
    rest -= length
    month += 1
  }
  return "\(padded(year, 4))-\(padded(month, 2))-\(padded(rest + 1, 2))"
}

/// A local time with its offset as given: seconds always, a fraction of `digits` digits, by default none or six.
func timeText(_ local: Int64, separator: String, offset: String, digits: Int? = nil) -> String {
  let (day, rest) = days(local)
  let seconds = rest / 1_000_000
  let fraction = padded(rest % 1_000_000, 6)
  let count = digits ?? (rest % 1_000_000 == 0 ? 0 : 6)
  return dateText(day) + separator + padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":"
    + padded(seconds % 60, 2) + (count == 0 ? "" : "." + fraction.prefix(count)) + offset
}

/// What stands beyond the sixth digit of a fraction.
enum BeyondMicroseconds {
  /// Nothing.
  case none
  /// Digits that a label's reading cuts off.
  case truncated
  /// Digits that a stored time's reading rounds up to the next microsecond.
  case roundedUp
}

/// One of the texts that mean an instant. Naive ones are in a zone so many minutes east of UTC.
func anyTimeText(
  _ instant: Int64, naiveMinutes: Int64, beyond: BeyondMicroseconds, _ random: inout SeededRandom
) -> String {
  let minute: Int64 = 60_000_000
  let (offset, minutes) = random.pick([
    ("Z", 0), ("+00:00", 0), ("+02:00", 120), ("-0530", -330), ("+05", 300), ("", naiveMinutes), ("", naiveMinutes),
  ])
  let local = instant + minutes * minute
  let separator = random.pick(["T", " "])
  let (day, rest) = days(local)
  if rest == 0 && offset.isEmpty && random.chance(50) { return dateText(day) }
  if rest % minute == 0 && random.chance(25) {
    return String(timeText(local, separator: separator, offset: "").dropLast(3)) + offset
  }
  if random.chance(20) {
    switch beyond {
    case .none: break
    case .truncated: return timeText(local, separator: separator, offset: "", digits: 6) + "9" + offset
    case .roundedUp: return timeText(local - 1, separator: separator, offset: "", digits: 6) + "0001" + offset
    }
  }
  let digits = random.chance(30) ? 6 : rest % 1_000_000 == 0 ? 0 : rest % 1000 == 0 ? 3 : 6
  return timeText(local, separator: separator, offset: offset, digits: digits)
}

/// The SQL of an engine: which types columns have, and how values are written for them.
enum SQLFlavour {
  case sqlite
  /// PostgreSQL, which has types of its own for times, truth values and decimals.
  case server

  /// A declared type for a column that holds a value type.
  func columnType(_ type: CellType, _ storage: Storage, _ random: inout SeededRandom) -> String {
    switch (type, self) {
    case (.int, .sqlite): random.pick(["INTEGER", "BIGINT"])
    case (.int, .server): random.pick(["BIGINT", "BIGINT", "NUMERIC"])
    case (.float, .sqlite): random.pick(["REAL", "DOUBLE PRECISION"])
    case (.float, .server): "DOUBLE PRECISION"
    case (.str, .sqlite): random.pick(["TEXT", "VARCHAR(40)", "TEXT COLLATE NOCASE"])
    case (.str, .server): random.pick(["TEXT", "VARCHAR(40)", "TEXT COLLATE \"C\""])
    case (.bool, .sqlite): random.pick(["INTEGER", "BOOLEAN"])
    case (.bool, .server): random.pick(["SMALLINT", "BOOLEAN"])
    case (.decimal, .sqlite): "TEXT"
    case (.decimal, .server): random.pick(["TEXT", "NUMERIC", "NUMERIC"])
    case (.datetime, _): timeType(storage, &random)
    }
  }

  private func timeType(_ storage: Storage, _ random: inout SeededRandom) -> String {
    switch (storage, self) {
    case (.iso8601, .sqlite): random.pick(["TEXT", "TIMESTAMP"])
    case (.iso8601, .server): random.pick(["TEXT", "TIMESTAMPTZ", "TIMESTAMPTZ", "TIMESTAMP"])
    case (.julian, _): "DOUBLE PRECISION"
    case (_, .sqlite): "INTEGER"
    case (_, .server): "BIGINT"
    }
  }

  /// A value as a literal for a column.
  func literal(_ cell: Cell, column: String, in group: Group, _ random: inout SeededRandom) -> String {
    switch cell {
    case .null: "NULL"
    case .int(let value): "\(value)"
    case .float(let value):
      value.isInfinite ? (self == .server ? "'\(value)'" : value < 0 ? "-9e999" : "9e999") : "\(value)"
    case .bool(let value): column == "BOOLEAN" && self == .server ? "\(value)" : value ? "1" : "0"
    case .text(let bytes): quoted(String(decoding: bytes, as: UTF8.self), "'")
    case .decimal(let hundredths): quoted(decimalText(hundredths), "'")
    case .time(let time): timeLiteral(time, column: column, in: group, &random)
    }
  }

  private func timeLiteral(
    _ time: Int64, column: String, in group: Group, _ random: inout SeededRandom
  ) -> String {
    switch (column, group.storage, self) {
    case ("TIMESTAMPTZ", _, _): quoted(timeText(time, separator: " ", offset: "+00", digits: 6), "'")
    case ("TIMESTAMP", _, .server):
      quoted(timeText(time + group.zoneMinutes * 60_000_000, separator: " ", offset: "", digits: 6), "'")
    case (_, .unixSeconds, _): "\(time / 1_000_000)"
    case (_, .unixMilliseconds, _): "\(time / 1000)"
    case (_, .unixMicroseconds, _), (_, .number, _): "\(time)"
    case (_, .julian, _): "\(Double(time) / 86_400_000_000 + 2440587.5)"
    case (_, .iso8601, _):
      quoted(anyTimeText(time, naiveMinutes: group.zoneMinutes, beyond: .roundedUp, &random), "'")
    }
  }
}

/// The script that makes and fills the tables. Statistics that promise far more rows than there are do no harm to the
/// answers, and ask for what large tables are read by.
func sqlScript(_ groups: [Group], _ entities: [Entity], _ flavour: SQLFlavour, _ random: inout SeededRandom) -> String {
  var script = ""
  for group in groups {
    var columns = zip(group.keyColumns, entities[group.entity].keys).map { (name: $0, type: $1.type) }
    if !group.isStatic { columns.append(("at", .datetime)) }
    if group.hasCreated { columns.append(("made", .datetime)) }
    columns += group.features.map { ($0.column, $0.type) }
    let types = columns.map { flavour.columnType($0.type, group.storage, &random) }
    let declarations = zip(columns, types).map { "\($0.name) \($1)" }.joined(separator: ", ")
    script += "CREATE TABLE \(group.name) (\(declarations));\n"
    if random.chance(75) {
      let indexed = (group.keyColumns.shuffled(using: &random) + (group.isStatic ? [] : ["at"])).joined(separator: ", ")
      script += "CREATE INDEX \(group.name)_index ON \(group.name) (\(indexed));\n"
    }
    for row in group.rows {
      var cells = row.key
      if !group.isStatic { cells.append(row.event.map(Cell.time) ?? .null) }
      if group.hasCreated { cells.append(row.created.map(Cell.time) ?? .null) }
      cells += row.values
      let values = zip(cells, types).map { flavour.literal($0, column: $1, in: group, &random) }
      script += "INSERT INTO \(group.name) VALUES (\(values.joined(separator: ", ")));\n"
    }
  }
  if random.chance(40) {
    switch flavour {
    case .sqlite: script += "ANALYZE;\nUPDATE sqlite_stat1 SET stat = '3000000000 1 1 1 1';\n"
    case .server:
      let tables = groups.map { "'\($0.name)'::regclass" }.joined(separator: ", ")
      script += "ANALYZE \(groups.map(\.name).joined(separator: ", "));\n"
      script += "UPDATE pg_class SET reltuples = 3e9, relpages = 1 WHERE oid IN (\(tables));\n"
    }
  }
  return script
}

/// The metadata file.
func metadataText(_ groups: [Group], _ entities: [Entity], _ random: inout SeededRandom) -> String {
  var text = "kind: engine\nurl: sqlite:///world.db\n"
  for entity in entities {
    text += "---\nkind: entity\nname: \(entity.name)\n"
    if entity.keys.count == 1 {
      text += "value_type: \(entity.keys[0].type.rawValue)\n"
    } else {
      let keys = entity.keys.map { "{name: \($0.name), value_type: \($0.type.rawValue)}" }
      text += "keys: [\(keys.joined(separator: ", "))]\n"
    }
  }
  for group in groups {
    let entity = entities[group.entity]
    text += "---\nkind: group\nname: \(group.name)\nentity: \(entity.name)\n"
    let renamed = zip(entity.keys, group.keyColumns).filter { $0.name != $1 }.map { "\($0.name): \($1)" }
    if !renamed.isEmpty { text += "key_columns: {\(renamed.joined(separator: ", "))}\n" }
    if !group.isStatic { text += "event_timestamp_column: at\n" }
    if group.hasCreated { text += "create_timestamp_column: made\n" }
    if group.storage != .iso8601 || random.chance(50) { text += "timestamp_storage: \(group.storage.rawValue)\n" }
    if group.zoneMinutes != 0 { text += "timezone: \"+0\(group.zoneMinutes / 60):00\"\n" }
    if let ttl = group.ttl { text += "ttl: \(ttl.text)\n" }
    if let delay = group.delay { text += "delay: \(delay.text)\n" }
    text += "features:\n"
    for feature in group.features {
      let column = feature.column == feature.name ? "" : ", column: \(feature.column)"
      text += "  - {name: \(feature.name), value_type: \(feature.type.rawValue)\(column)}\n"
    }
    for declared in group.windows { text += "  - \(windowText(declared, of: group))\n" }
  }
  return text
}

/// A window as the metadata declares it.
private func windowText(_ declared: DeclaredWindow, of group: Group) -> String {
  let window = declared.window
  var entries = ["name: \(declared.name)", "aggregate: \(window.function)", "window: \(window.length?.text ?? "all")"]
  if let feature = window.feature.map({ group.features[$0] }) {
    entries += ["column: \(feature.column)", "value_type: \(feature.type.rawValue)"]
  }
  if let filter = window.filter { entries.append("filter: \(filterText(filter, of: group))") }
  return "{\(entries.joined(separator: ", "))}"
}

func filterText(_ filter: Window.Filter, of group: Group) -> String {
  switch filter {
  case .isNull(let feature, let wanted): "\(group.features[feature].name) IS \(wanted ? "" : "NOT ")NULL"
  case .isAbove(let feature, let bound): "\(group.features[feature].name) > \(bound)"
  }
}
