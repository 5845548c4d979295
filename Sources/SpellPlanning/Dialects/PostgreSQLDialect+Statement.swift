import SpellCore

/// What PostgreSQL's SQL can say. Moments are of type timestamptz. Nothing depends on settings of the session: lengths
/// are seconds, never days, and times name their offset.
extension PostgreSQLDialect {
  func value(of column: StoredColumn) -> Result<String, SQLObstacle> {
    let name = quoted(column.name)
    let stored = Self.baseName(column.declaredType)
    func cast(_ type: ValueType) -> String { stored == typeName(type) ? name : "\(name)::\(typeName(type))" }
    switch column.type {
    case .int, .decimal, .date, .uuid, .bytes: return .success(cast(column.type))
    case .float:
      switch stored {
      // The engine widens it to another double than its text says; alone it prints and sorts well.
      case "real": return column.isCompared ? .failure(.singlePrecision) : .success(name)
      case "double precision", "numeric", "smallint", "integer", "bigint": return .success(cast(.float))
      default: return .failure(.unknownType(column.declaredType))
      }
    case .str:
      return Self.settingsDecide(stored) ? .failure(.settingsDecide(type: stored)) : .success(cast(.str))
    case .bool: return .success(stored == "boolean" ? name : "(\(name) = 1)")
    case .datetime: return moment(column, stored: stored, name: name)
    }
  }

  /// A type without its length, precision or scale.
  static func baseName(_ declaredType: String) -> String {
    guard let open = declaredType.firstIndex(of: "("), let close = declaredType.firstIndex(of: ")"), open < close else {
      return declaredType
    }
    return String(declaredType[..<open] + declaredType[declaredType.index(after: close)...])
  }

  /// Arrays, ranges and such, whose text holds times or numbers as the session writes them.
  private static func settingsDecide(_ type: String) -> Bool {
    ["[]", "range"].contains { type.hasSuffix($0) }
      || ["interval", "money", "point", "line", "lseg", "box", "path", "polygon", "circle", "xml", "record"]
        .contains { type == $0 || type.hasPrefix("\($0) ") }
  }

  // MARK: - Moments

  private func moment(_ column: StoredColumn, stored: String, name: String) -> Result<String, SQLObstacle> {
    switch column.storage {
    case .native:
      switch stored {
      case "timestamp with time zone": return .success(name)
      case "timestamp without time zone": return Self.instant(name, zone: column.zone)
      case "date": return Self.instant("\(name)::timestamp", zone: column.zone)
      default: return .failure(.unknownType(column.declaredType))
      }
    case .unixSeconds: return unix(name, perSecond: 1, stored: stored)
    case .unixMilliseconds: return unix(name, perSecond: 1000, stored: stored)
    case .unixMicroseconds: return unix(name, perSecond: 1_000_000, stored: stored)
    case .iso8601, .number: return .failure(.textTimes)
    case .julian: return .failure(.julianDays)
    }
  }

  private static func instant(_ localTime: String, zone: Zone) -> Result<String, SQLObstacle> {
    guard let offset = zone.fixedOffsetSeconds else { return .failure(.changingClocks(zone: zone.name)) }
    if offset == 0 { return .success("\(localTime) AT TIME ZONE 'UTC'") }
    return .success("\(localTime) AT TIME ZONE \(interval(seconds: offset))")
  }

  /// Whole seconds and the rest apart: the engine multiplies lengths by doubles, which hold both exactly. Fractions
  /// round up to the next microsecond, since what is stored never moves backward.
  private func unix(_ name: String, perSecond: Int64, stored: String) -> Result<String, SQLObstacle> {
    let microseconds = 1_000_000 / perSecond
    func whole(_ count: String) -> String {
      if perSecond == 1 { return "timestamptz 'epoch' + \(count) * interval '1 second'" }
      return "timestamptz 'epoch' + \(count) / \(perSecond) * interval '1 second'"
        + " + \(count) % \(perSecond) * interval '\(microseconds) microseconds'"
    }
    switch stored {
    case "smallint", "integer", "bigint": return .success(whole(name))
    case "double precision":
      let rest = "ceil((\(name) - floor(\(name))) * \(microseconds)) * interval '1 microsecond'"
      return .success("\(whole("floor(\(name))::bigint")) + \(rest)")
    case "real": return .failure(.singlePrecision)
    default: return .failure(.unknownType(stored))
    }
  }

  /// Hours, minutes and seconds: a day of the engine's need not have 24 hours.
  private static func interval(seconds: Int64, microseconds: Int64 = 0) -> String {
    let sign = seconds < 0 || microseconds < 0 ? "-" : ""
    let (size, fraction) = (Int64(seconds.magnitude), Int64(microseconds.magnitude))
    let clock = "\(padded(size / 3600, 2)):\(padded(size / 60 % 60, 2)):\(padded(size % 60, 2))"
    return "interval '\(sign)\(clock)\(fraction == 0 ? "" : ".\(padded(fraction, 6))")'"
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  func moved(_ moment: String, by microseconds: Int64) -> String {
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return "\(moment) + \(Self.interval(seconds: seconds, microseconds: rest))"
  }

  /// The text of a moment. What lies before the engine's first one becomes that: nothing is stored so early.
  private static func text(_ moment: Int64) -> String {
    if moment == .min { return TimeText.text(moment) }
    let day: Int64 = 86_400_000_000
    let firstOfEngine = -2_440_588 * day
    let instant = max(moment, firstOfEngine)
    let text = TimeText.text(instant)
    let date = CivilDate(days: instant / day - (instant % day < 0 ? 1 : 0))
    guard date.year < 1, let clock = text.firstIndex(of: " ") else { return text }
    // The year 0 is the first one before Christ.
    let parts = [padded(Int64(1 - date.year), 4), padded(Int64(date.month), 2), padded(Int64(date.day), 2)]
    return parts.joined(separator: "-") + text[clock...] + " BC"
  }

  // MARK: - Comparing and writing

  /// Whatever the collation of the column.
  func bytewise(_ text: String) -> String { "\(text) COLLATE \"C\"" }

  /// No quotient of theirs is so near to the middle of two doubles that a hundred digits would not tell.
  func mean(sum: String, count: String) -> String {
    cast("round(CAST(\(sum) AS numeric), 100) / \(count)", to: .float)
  }

  /// A float that is no number is no key, and the two zeros are one; a decimal key has no zeros at its end.
  func exact(_ value: String, type: ValueType) -> String {
    switch type {
    case .str: bytewise(value)
    case .float: "nullif(\(value), 'NaN') + 0"
    case .decimal: "trim_scale(\(value))"
    default: value
    }
  }

  /// The negative zero is less, and of equal decimals the one with fewer digits.
  func tieBreakers(_ value: String, type: ValueType) -> [String] {
    switch type {
    case .float: ["\(value)::text <> '-0'"]
    case .decimal: ["scale(\(value))"]
    default: []
    }
  }

  func literal(_ value: Value, type: ValueType) -> String? {
    switch value {
    case .int, .decimal, .bool, .str: bare(value)
    default: element(value, type: type, isFirst: true)
    }
  }

  /// The other rows take the types of the first.
  func element(_ value: Value, type: ValueType, isFirst: Bool) -> String? {
    let text = bare(value)
    if case .str = value { return text }
    return isFirst ? text.map { "\($0)::\(typeName(type))" } : text
  }

  /// A constant that takes the type of its place, if it is in quotes.
  private func bare(_ value: Value) -> String? {
    switch value {
    case .null: "NULL"
    // Without its sign, the least number is too great.
    case .int(let number): number == .min ? "'\(number)'" : String(number)
    case .float(let number):
      number.isInfinite ? (number < 0 ? "'-Infinity'" : "'Infinity'") : "'\(NumberText.floatText(number))'"
    case .decimal(let text): text
    case .uuid(let text): "'\(text)'"
    case .str(let text): text.utf8.contains(0) ? nil : Self.quoted(text)
    case .bool(let value): value ? "true" : "false"
    case .datetime(let instant): "'\(Self.text(instant.microseconds))'"
    case .date(let day): "'\(TimeText.dateText(day))'"
    case .bytes(let bytes): Self.quoted("\\x\(HexadecimalText.of(bytes))")
    }
  }

  /// A backslash means itself under `standard_conforming_strings` alone, unless the text says that it is escaped.
  private static func quoted(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return QuotedText.literal(text) }
    var doubled = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      doubled.append(scalar)
      if scalar == "\\" { doubled.append(scalar) }
    }
    return "E" + QuotedText.literal(String(doubled))
  }

  func typeName(_ type: ValueType) -> String {
    switch type {
    case .int: "bigint"
    case .float: "double precision"
    case .decimal: "numeric"
    case .str: "text"
    case .bool: "boolean"
    case .datetime: "timestamptz"
    case .date: "date"
    case .uuid: "uuid"
    case .bytes: "bytea"
    }
  }

  /// Patterns of the language are those of PostgreSQL, save that a backslash at the end is an error there.
  func isLike(_ text: String, pattern: SQLPattern) -> String? {
    switch pattern {
    case .expression(let expression): return "\(bytewise(text)) LIKE \(expression)"
    case .text(let pattern):
      let backslashes = pattern.utf8.reversed().prefix { $0 == UInt8(ascii: "\\") }.count
      let whole = backslashes % 2 == 0 ? pattern : pattern + "\\"
      return bare(.str(whole)).map { "\(bytewise(text)) LIKE \($0)" }
    }
  }

  func first(_ value: String, orderedBy order: [String], where condition: String) -> String? {
    "(array_agg(\(value) ORDER BY \(order.joined(separator: ", "))) FILTER (WHERE \(condition)))[1]"
  }

  /// Longer names would be cut without a word.
  func obstacle(toName name: String) -> SQLObstacle? {
    if name.isEmpty { return .emptyName }
    if name.utf8.contains(0) { return .unwritableText }
    return name.utf8.count > 63 ? .nameTooLong(most: 63) : nil
  }
}
