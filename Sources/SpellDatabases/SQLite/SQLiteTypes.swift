import SpellCore

/// What SQLite's column affinity makes of values as they are stored.
enum SQLiteAffinity {
  case integer, text, none, real, numeric

  /// SQLite's own rule, in its own order: `FLOATING POINT` is an integer column, for it contains `INT`.
  init(declaredType: String) {
    let type = declaredType.uppercased()
    if type.contains("INT") {
      self = .integer
    } else if type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT") {
      self = .text
    } else if type.isEmpty || type.contains("BLOB") {
      self = .none
    } else if type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB") {
      self = .real
    } else {
      self = .numeric
    }
  }

  /// The types that values of a column can have; storage classes that SQLite converts on the way in are left out.
  var acceptedTypes: Set<ValueType> {
    switch self {
    case .text: [.str, .decimal, .datetime, .date, .uuid, .bytes]
    case .real: [.float, .datetime]
    // Not str: the column stores '007' as 7.
    case .integer: [.int, .float, .decimal, .bool, .datetime]
    case .none, .numeric: Set(ValueType.allCases)
    }
  }

  /// The storages that moments can have; text is kept as text, so that no number is ever in such a column.
  var acceptedStorages: Set<TimestampStorage> { self == .text ? [.iso8601] : Set(TimestampStorage.declarable) }

  /// Whether a value that is written to a column can be read back as it was.
  func keeps(_ type: ValueType, storage: TimestampStorage) -> Bool {
    guard acceptedTypes.contains(type) else { return false }
    return switch (self, type) {
    // '007' and '1.50' would become numbers.
    case (.numeric, .str), (.numeric, .decimal), (.integer, .decimal): false
    // Numbers would become text.
    case (.text, .datetime): storage == .iso8601
    default: true
    }
  }
}

/// What a column's values are unless the metadata says so.
struct SQLiteNaturalType {
  var type: ValueType
  var storage: TimestampStorage

  init(_ type: ValueType, _ storage: TimestampStorage) {
    self.type = type
    self.storage = storage
  }

  /// By the declared type; nil where that says nothing and the values have to be looked at.
  ///
  /// NUMERIC and DECIMAL are float, for SQLite keeps what they hold as integers and doubles.
  init?(declaredType: String) {
    let type = declaredType.uppercased()
    switch SQLiteAffinity(declaredType: type) {
    case .integer: self.init(.int, .number)
    case .text: self.init(.str, .iso8601)
    case .real: self.init(.float, .number)
    case .none:
      if type.isEmpty { return nil }
      self.init(.bytes, .iso8601)
    case .numeric:
      if type.contains("BOOL") {
        self.init(.bool, .number)
      } else if type == "DATE" {
        self.init(.date, .iso8601)
      } else if type.contains("DATE") || type.contains("TIME") {
        self.init(.datetime, .iso8601)
      } else if type.contains("NUMERIC") || type.contains("DECIMAL") {
        self.init(.float, .number)
      } else {
        return nil
      }
    }
  }

  /// By the results of SQLite's `typeof`; text where there is no value, nil where there are values of several kinds.
  init?(storageClasses: Set<String>) {
    switch storageClasses {
    case []: self.init(.str, .iso8601)
    case ["integer"]: self.init(.int, .number)
    case ["real"], ["integer", "real"]: self.init(.float, .number)
    case ["text"]: self.init(.str, .iso8601)
    case ["blob"]: self.init(.bytes, .iso8601)
    default: return nil
    }
  }
}

extension ValueType {
  /// The type of a column that an import creates.
  func sqliteDeclaration(storage: TimestampStorage) -> String {
    switch self {
    case .int: "INTEGER"
    case .float: "REAL"
    case .decimal, .str, .date, .uuid: "TEXT"
    case .bool: "BOOLEAN"
    case .bytes: "BLOB"
    case .datetime:
      switch storage {
      case .iso8601, .native: "TEXT"
      case .unixSeconds, .unixMilliseconds, .unixMicroseconds: "INTEGER"
      case .julian, .number: "REAL"
      }
    }
  }
}
