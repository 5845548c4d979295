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

/// A stored time as an SQL literal.
func storedTime(_ time: Int64?, in group: Group, _ random: inout SeededRandom) -> String {
  guard let time else { return "NULL" }
  switch group.storage {
  case .unixSeconds: return "\(time / 1_000_000)"
  case .unixMilliseconds: return "\(time / 1000)"
  case .unixMicroseconds, .number: return "\(time)"
  case .julian: return "\(Double(time) / 86_400_000_000 + 2440587.5)"
  case .iso8601:
    return quoted(anyTimeText(time, naiveMinutes: group.zoneMinutes, beyond: .roundedUp, &random), "'")
  }
}

/// A stored value as an SQL literal.
func storedCell(_ cell: Cell, in group: Group, _ random: inout SeededRandom) -> String {
  switch cell {
  case .null: "NULL"
  case .int(let value): "\(value)"
  case .float(let value): value.isInfinite ? (value < 0 ? "-9e999" : "9e999") : "\(value)"
  case .bool(let value): value ? "1" : "0"
  case .text(let bytes): quoted(String(decoding: bytes, as: UTF8.self), "'")
  case .decimal(let hundredths): quoted(decimalText(hundredths), "'")
  case .time(let time): storedTime(time, in: group, &random)
  }
}

/// The declared type of a column that holds a value type.
func columnType(_ type: CellType, _ storage: Storage, _ random: inout SeededRandom) -> String {
  switch type {
  case .int: random.pick(["INTEGER", "BIGINT"])
  case .float: random.pick(["REAL", "DOUBLE PRECISION"])
  case .str: random.pick(["TEXT", "VARCHAR(40)", "TEXT COLLATE NOCASE"])
  case .bool: random.pick(["INTEGER", "BOOLEAN"])
  case .decimal: "TEXT"
  case .datetime:
    switch storage {
    case .iso8601: random.pick(["TEXT", "TIMESTAMP"])
    case .julian: "REAL"
    default: "INTEGER"
    }
  }
}

/// The script that makes and fills the tables.
func sqlScript(_ groups: [Group], _ entities: [Entity], _ random: inout SeededRandom) -> String {
  var script = "BEGIN;\n"
  for group in groups {
    let keys = zip(group.keyColumns, entities[group.entity].keys)
    var columns = keys.map { "\($0) \(columnType($1.type, group.storage, &random))" }
    if !group.isStatic { columns.append("at \(columnType(.datetime, group.storage, &random))") }
    if group.hasCreated { columns.append("made \(columnType(.datetime, group.storage, &random))") }
    columns += group.features.map { "\($0.column) \(columnType($0.type, group.storage, &random))" }
    script += "CREATE TABLE \(group.name) (\(columns.joined(separator: ", ")));\n"
    for row in group.rows {
      var values = row.key.map { storedCell($0, in: group, &random) }
      if !group.isStatic { values.append(storedTime(row.event, in: group, &random)) }
      if group.hasCreated { values.append(storedTime(row.created, in: group, &random)) }
      values += row.values.map { storedCell($0, in: group, &random) }
      script += "INSERT INTO \(group.name) VALUES (\(values.joined(separator: ", ")));\n"
    }
  }
  return script + "COMMIT;\n"
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
  }
  return text
}
