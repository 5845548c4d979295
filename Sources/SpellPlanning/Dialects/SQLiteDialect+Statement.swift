import SpellCore

/// What SQLite's SQL can say. Moments are microseconds of UTC since 1970, as integers; truth values are 0 and 1; dates
/// and UUIDs are text.
extension SQLiteDialect {
  func value(of column: StoredColumn) -> Result<String, SQLObstacle> {
    let name = quoted(column.name)
    switch column.type {
    case .int, .bool, .bytes: return .success(name)
    // A cast alone would make a number of any text.
    case .float: return .success("CASE WHEN typeof(\(name)) IN ('integer', 'real') THEN CAST(\(name) AS REAL) END")
    case .decimal: return .failure(.decimals)
    // Without the sign, a column of numbers would make a number of the text that it is compared with.
    case .str, .date: return .success(Self.keepsText(column.declaredType) ? name : "+\(name)")
    case .uuid: return .success("lower(\(name))")
    case .datetime:
      switch column.storage {
      case .unixSeconds: return .success(Self.moment(name, unit: 1_000_000))
      case .unixMilliseconds: return .success(Self.moment(name, unit: 1000))
      case .unixMicroseconds: return .success(Self.moment(name, unit: 1))
      case .julian: return .failure(.julianDays)
      case .iso8601, .native, .number: return .failure(.textTimes)
      }
    }
  }

  /// SQLite's own rule for columns of affinity TEXT.
  private static func keepsText(_ declaredType: String) -> Bool {
    let type = declaredType.uppercased()
    return !type.contains("INT") && ["CHAR", "CLOB", "TEXT"].contains { type.contains($0) }
  }

  /// Any column may hold whole numbers and fractions, which round up to the next microsecond: what is stored never
  /// moves backward. A cast cuts fractions off, whatever the sign.
  private static func moment(_ name: String, unit: Int) -> String {
    func cut(_ number: String) -> String { "CAST(\(number) AS INTEGER)" }
    func up(_ number: String) -> String { "\(cut(number)) + (\(number) > \(cut(number)))" }
    if unit == 1 { return "CASE typeof(\(name)) WHEN 'integer' THEN \(name) WHEN 'real' THEN \(up(name)) END" }
    let whole = "(\(cut(name)) - (\(name) < \(cut(name))))"
    return "CASE typeof(\(name)) WHEN 'integer' THEN \(name) * \(unit)"
      + " WHEN 'real' THEN \(whole) * \(unit) + \(up("(\(name) - \(whole)) * \(unit).0")) END"
  }

  /// Collations belong to columns and can be overruled. In a file of UTF-16, texts are told apart as well, but sorted
  /// by the bytes of that encoding.
  func bytewise(_ text: String) -> String { "\(text) COLLATE BINARY" }

  func literal(_ value: Value, type: ValueType) -> String? {
    switch value {
    case .null: "NULL"
    case .int(let number): String(number)
    case .float(let number): Self.literal(number)
    // Exact as far as a double tells all decimals apart.
    case .decimal(let text): text.utf8.count { (48...57).contains($0) } <= 15 ? text : nil
    case .str(let text), .uuid(let text): Self.literal(text)
    case .bool(let value): value ? "1" : "0"
    case .datetime(let instant): String(instant.microseconds)
    case .date(let day): QuotedText.literal(TimeText.dateText(day))
    case .bytes(let bytes): "x'\(HexadecimalText.of(bytes))'"
    }
  }

  /// A zero byte would end the statement.
  private static func literal(_ text: String) -> String {
    let parts = text.unicodeScalars.split(separator: "\0", omittingEmptySubsequences: false)
    let literals = parts.map { QuotedText.literal(String($0)) }
    return literals.count == 1 ? literals[0] : "(\(literals.joined(separator: " || char(0) || ")))"
  }

  /// SQLite reads fifteen digits exactly; a double that has more is put together of a whole number and a power of two.
  private static func literal(_ number: Double) -> String? {
    if number.isNaN { return nil }
    if number.isInfinite { return number < 0 ? "-9e999" : "9e999" }
    let text = NumberText.floatText(number)
    let digits = text.prefix { $0 != "e" }.drop { "-0.".contains($0) }.count { $0 != "." }
    if digits <= 15 { return text }
    var mantissa = number.magnitude.significand
    var exponent = number.exponent
    while mantissa != mantissa.rounded() {
      mantissa *= 2
      exponent -= 1
    }
    let sign = number < 0 ? "-" : ""
    guard exponent.magnitude < 63 else { return nil }
    let power = Int64(1) << Int64(exponent.magnitude)
    return "(CAST(\(sign)\(Int64(mantissa)) AS REAL) \(exponent < 0 ? "/" : "*") \(power))"
  }

  func typeName(_ type: ValueType) -> String {
    switch type {
    case .int, .bool, .datetime: "INTEGER"
    case .float: "REAL"
    case .decimal: "NUMERIC"
    case .str, .date, .uuid: "TEXT"
    case .bytes: "BLOB"
    }
  }

  func moved(_ moment: String, by microseconds: Int64) -> String { "\(moment) + \(microseconds)" }

  /// GLOB, for LIKE takes letters of any case for the same.
  func isLike(_ text: String, pattern: SQLPattern) -> String? {
    guard case .text(let pattern) = pattern else { return nil }
    var glob = ""
    var isEscaped = false
    func add(_ scalar: Unicode.Scalar) { glob += "*?[".unicodeScalars.contains(scalar) ? "[\(scalar)]" : "\(scalar)" }
    for scalar in pattern.unicodeScalars {
      if isEscaped {
        add(scalar)
        isEscaped = false
      } else {
        switch scalar {
        case "\\": isEscaped = true
        case "%": glob += "*"
        case "_": glob += "?"
        default: add(scalar)
        }
      }
    }
    if isEscaped { glob += "\\" }
    // It ends at a zero byte.
    if glob.utf8.contains(0) { return nil }
    return literal(.str(glob), type: .str).map { "\(text) GLOB \($0)" }
  }

  /// Beyond 2^53 the sum would be rounded before it is divided: there something overflows, as greater sums do by
  /// themselves.
  func mean(sum: String, count: String) -> String {
    "CASE WHEN abs(\(sum)) <= 9007199254740992 THEN CAST(\(sum) AS REAL) / \(count)"
      + " WHEN \(count) > 0 THEN abs(-9223372036854775807 - (\(count) > 0)) END"
  }

  /// Moments as Spellbook prints them.
  func printed(_ value: String, type: ValueType) -> String {
    guard type == .datetime else { return value }
    let fraction = "(\(value) % 1000000 + 1000000) % 1000000"
    return "strftime('%Y-%m-%d %H:%M:%S', (\(value) - \(fraction)) / 1000000, 'unixepoch')"
      + " || CASE \(fraction) WHEN 0 THEN '' ELSE printf('.%06d', \(fraction)) END || '+00:00'"
  }

  var printedMoments: TimestampStorage { .iso8601 }

  var comparesIntsExactly: Bool { true }

  /// OFFSET stands only behind LIMIT.
  func cut(limit: Int?, offset: Int) -> String {
    if limit == nil, offset == 0 { return "" }
    return "LIMIT \(limit ?? -1)" + (offset > 0 ? " OFFSET \(offset)" : "")
  }
}
