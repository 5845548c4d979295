import CPostgres
import SpellCore

/// What the driver knows of a PostgreSQL type: how its values are read.
package enum PostgresType: Sendable {
  case bool, int2, int4, int8, float4, float8, numeric, text
  /// `char(n)`: blanks at the end are padding.
  case paddedText
  case uuid, jsonb, bytes, date, timestamp, timestampWithZone
  /// Read as the text that the server makes of it: arrays, intervals, ranges and all others.
  case other

  /// Of the types whose numbers are the same on every server.
  package init(_ type: UInt32) {
    switch type {
    case 16: self = .bool
    case 21: self = .int2
    case 23: self = .int4
    case 20: self = .int8
    case 700: self = .float4
    case 701: self = .float8
    case 1700: self = .numeric
    // text, varchar, name, "char" and json
    case 25, 1043, 19, 18, 114: self = .text
    case 1042: self = .paddedText
    case 2950: self = .uuid
    case 3802: self = .jsonb
    case 17: self = .bytes
    case 1082: self = .date
    case 1114: self = .timestamp
    case 1184: self = .timestampWithZone
    default: self = .other
    }
  }

  /// The type of a feature that declares none.
  var naturalType: ValueType {
    switch self {
    case .bool: .bool
    case .int2, .int4, .int8: .int
    case .float4, .float8: .float
    case .numeric: .decimal
    case .text, .paddedText, .jsonb, .other: .str
    case .uuid: .uuid
    case .bytes: .bytes
    case .date: .date
    case .timestamp, .timestampWithZone: .datetime
    }
  }

  /// The types that values of a column can have.
  var acceptedTypes: Set<ValueType> {
    switch self {
    case .bool: [.bool]
    case .int2, .int4, .int8: [.int, .float, .decimal, .bool, .datetime]
    case .float4, .float8: [.float, .datetime]
    case .numeric: [.decimal, .float, .int]
    case .text, .paddedText: [.str, .decimal, .datetime, .date, .uuid]
    case .jsonb, .other: [.str]
    case .uuid: [.uuid, .str]
    case .bytes: [.bytes]
    case .date: [.date, .datetime]
    case .timestamp, .timestampWithZone: [.datetime]
    }
  }

  var naturalStorage: TimestampStorage {
    switch self {
    case .date, .timestamp, .timestampWithZone: .native
    case .int2, .int4, .int8, .float4, .float8, .numeric: .number
    default: .iso8601
    }
  }

  var acceptedStorages: Set<TimestampStorage> {
    switch self {
    case .date, .timestamp, .timestampWithZone: [.native]
    case .int2, .int4, .int8, .float4, .float8:
      [.unixSeconds, .unixMilliseconds, .unixMicroseconds, .julian, .number]
    case .numeric: [.number]
    default: [.iso8601]
    }
  }

  /// Whether values are times of a clock on the wall.
  var isNaive: Bool {
    switch self {
    case .date, .timestamp: true
    default: false
    }
  }

  /// Whether the engine's equality on a key column of the type is the exact one, collations aside.
  var hasExactEquality: Bool {
    switch self {
    case .paddedText, .float4, .float8, .jsonb, .other: false
    default: true
    }
  }

  /// Whether a value that is written to a column can be read back as it was.
  func keeps(_ type: ValueType, storage: TimestampStorage) -> Bool {
    switch (self, type) {
    // A float's digits beyond the single ones would be lost, a text's blanks at the end too, and its form where the
    // type has one of its own.
    case (.float4, .float), (.paddedText, .str), (.uuid, .str), (.jsonb, .str), (.other, .str): false
    case (_, .datetime): acceptedTypes.contains(.datetime) && acceptedStorages.contains(storage) && self != .date
    default: acceptedTypes.contains(type)
    }
  }
}

extension ValueType {
  /// The type of a column that an import creates.
  func postgresDeclaration(storage: TimestampStorage) -> String {
    switch self {
    case .int: "bigint"
    case .float: "double precision"
    case .decimal: "numeric"
    case .str: "text"
    case .bool: "boolean"
    case .date: "date"
    case .uuid: "uuid"
    case .bytes: "bytea"
    case .datetime:
      switch storage {
      case .iso8601, .native: "timestamp with time zone"
      case .unixSeconds, .unixMilliseconds, .unixMicroseconds: "bigint"
      case .julian, .number: "double precision"
      }
    }
  }
}
