import SpellCore

/// PostgreSQL, and engines that speak its protocol.
struct PostgreSQLDialect: Dialect {
  let name = "postgresql"
  let sortsOnDisk = true
  let readsKeyRangesAtOnce = true

  /// As text also what is an enum, a UUID or of another type that takes no text of ours. A collation that is coarser
  /// than bytes finds rows too many.
  func comparableText(_ column: String) -> String? { "\(quoted(column))::text" }

  func steps(of column: StoredColumn) -> MomentSteps? {
    let stored = Self.baseName(column.declaredType)
    switch (column.storage, stored) {
    case (.native, "timestamp with time zone"):
      return MomentSteps(length: 1, sum: Self.moved) { "'\(TimeText.text($0))'::timestamptz" }
    case (.native, "timestamp without time zone"), (.native, "date"):
      guard let seconds = column.zone.fixedOffsetSeconds else { return nil }
      let offset = seconds * 1_000_000
      if stored == "date" {
        return MomentSteps(length: 86_400_000_000, offset: offset, sum: { "\($0) + (\($1))::integer" }) {
          "'\(TimeText.dateText($0))'::date"
        }
      }
      // The offset that the text ends with is not read.
      return MomentSteps(length: 1, offset: offset, sum: Self.moved) { "'\(TimeText.text($0))'::timestamp" }
    case (.unixSeconds, "smallint"), (.unixSeconds, "integer"), (.unixSeconds, "bigint"): return Self.numbers(1_000_000)
    case (.unixMilliseconds, "bigint"): return Self.numbers(1000)
    case (.unixMicroseconds, "bigint"): return Self.numbers(1)
    default: return nil
    }
  }

  private static func numbers(_ length: Int64) -> MomentSteps {
    MomentSteps(length: length, sum: { "\($0) + \($1)" }) { String($0) }
  }

  /// So many microseconds later. Seconds and the rest apart: the engine multiplies lengths by doubles, which hold both
  /// exactly.
  private static func moved(_ moment: String, by count: String) -> String {
    "\(moment) + \(count) / 1000000 * interval '1 second' + \(count) % 1000000 * interval '1 microsecond'"
  }

  func array(parameter number: Int, of type: ValueType) -> String? { "$\(number)::\(typeName(type))[]" }

  func arrayText(_ values: [Value]) -> String {
    let elements = values.map { value in
      switch value {
      case .int(let number): String(number)
      case .str(let text): Self.element(text)
      case .uuid(let text): text
      default: "NULL"
      }
    }
    return "{\(elements.joined(separator: ","))}"
  }

  /// By scalars: a quote with a combining mark behind it is a quote all the same.
  private static func element(_ text: String) -> String {
    var result = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result.append("\\") }
      result.append(scalar)
    }
    return String(result) + "\""
  }
}
