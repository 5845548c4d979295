/// The type of a key, a feature or a result column, as `value_type` of the metadata names it.
@usableFromInline
package enum ValueType: String, Sendable, CaseIterable {
  /// A 64-bit signed integer.
  case int
  /// An IEEE 754 double.
  case float
  /// An exact decimal number of any length, held as its canonical text (`DecimalText`).
  case decimal
  /// Text in UTF-8.
  case str
  case bool
  /// An instant in microseconds of UTC (`Instant`).
  case datetime
  /// A calendar day, in days since 1970-01-01.
  case date
  /// A UUID, held as its 36 lower-case characters.
  case uuid
  case bytes

  /// The type that a `value_type` of the metadata names, older and SQL spellings included.
  package init?(spelling: String) {
    switch spelling.lowercased() {
    case "int", "integer", "bigint": self = .int
    case "float", "double": self = .float
    case "decimal", "numeric": self = .decimal
    case "str", "string", "text": self = .str
    case "bool", "boolean": self = .bool
    case "datetime", "timestamp": self = .datetime
    case "date": self = .date
    case "uuid": self = .uuid
    case "bytes": self = .bytes
    default: return nil
    }
  }

  /// Every spelling that `init(spelling:)` takes, for suggestions.
  package static let spellings = [
    "str", "int", "float", "decimal", "bool", "datetime", "date", "uuid", "bytes", "string", "text", "integer",
    "bigint", "double", "boolean", "timestamp", "numeric",
  ]

  /// How a cell of the type is held in a `Column`.
  @inlinable
  package var layout: CellLayout {
    switch self {
    case .int, .bool, .datetime, .date: .integer
    case .float: .double
    case .decimal, .str, .uuid, .bytes: .bytes
    }
  }

  /// Whether values of the type are right-aligned in a table.
  package var isNumeric: Bool { self == .int || self == .float || self == .decimal }
}

/// How a cell is held: in one 64-bit word, or as bytes beside it.
@usableFromInline
package enum CellLayout: Sendable {
  /// The word is an `Int64`.
  case integer
  /// The word is the bit pattern of a `Double`.
  case double
  /// The word is a place in the column's `ByteArena`.
  case bytes
}
