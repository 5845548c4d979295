/// A value of a tiny world. Text is its bytes, because Swift's `String` takes two spellings of `é` for one.
enum Cell: Hashable {
  case null
  case int(Int64)
  case float(Double)
  case text([UInt8])
  case bool(Bool)
  /// Microseconds since 1970 in UTC.
  case time(Int64)
  /// Hundredths.
  case decimal(Int64)

  static func text(_ text: String) -> Cell { .text(Array(text.utf8)) }
}

/// The value types that worlds use, by their names in the metadata.
enum CellType: String, CaseIterable { case int, float, str, bool, datetime, decimal }

/// How a group's times are stored; `number` is an axis of bare numbers instead of times.
enum Storage: String, CaseIterable {
  case iso8601, julian, number
  case unixSeconds = "unix_s"
  case unixMilliseconds = "unix_ms"
  case unixMicroseconds = "unix_us"

  /// The smallest step that the storage can tell.
  var grain: Int64 {
    switch self {
    case .iso8601, .unixMicroseconds, .number: 1
    case .unixMilliseconds, .julian: 1000
    case .unixSeconds: 1_000_000
    }
  }
}

/// A length of time with the text that says so; on a number axis a bare number.
struct Span: Equatable {
  let text: String
  let length: Int64
}

struct Key {
  let name: String
  let type: CellType
}

struct Entity {
  let name: String
  let keys: [Key]
  /// The keys that rows and labels draw from.
  let pool: [[Cell]]
  /// The label columns of the keys.
  let labelColumns: [String]
}

struct Feature {
  let name: String
  let column: String
  let type: CellType
}

/// An aggregate over the rows of a group in a window.
struct Window: Equatable {
  /// On a feature of the group: whether it is NULL or not, or above a number.
  enum Filter: Equatable {
    case isNull(Int, Bool)
    case isAbove(Int, Int64)
  }

  /// In lower case.
  let function: String
  /// Nil: the rows themselves.
  let feature: Int?
  /// Nil: all the way back.
  let length: Span?
  let filter: Filter?

  /// Of the values, among features of the group.
  func resultType(_ features: [Feature]) -> CellType {
    switch function {
    case "count": .int
    case "avg", "variance", "stddev": .float
    default: feature.map { features[$0].type } ?? .int
    }
  }
}

struct DeclaredWindow {
  let name: String
  let window: Window
}

struct Row: Equatable {
  var key: [Cell]
  var event: Int64?
  var created: Int64?
  /// One per feature, in metadata order.
  var values: [Cell]
}

struct Group {
  let name: String
  let entity: Int
  let isStatic: Bool
  let hasCreated: Bool
  let storage: Storage
  /// Minutes east of UTC of naive stored times.
  let zoneMinutes: Int64
  let ttl: Span?
  let delay: Span?
  let keyColumns: [String]
  let features: [Feature]
  /// After the features.
  var windows: [DeclaredWindow] = []
  var rows: [Row] = []
}

struct Label {
  /// The fields as they stand in the file, in header order.
  var fields: [String]
  /// One key per entity.
  var keys: [[Cell]]
  /// One per moment column.
  var moments: [Int64?]
  /// The value of the column `n`.
  var number: Int64
}

/// An output column: a feature of a group, or a window, under its output name.
struct OutputColumn: Equatable {
  let group: Int
  /// Of a window none.
  let feature: Int
  let name: String
  var window: Window?
}

/// A group in a statement, for rows that answer or for windows.
struct Use: Hashable {
  let group: Int
  let isOfWindows: Bool
}

/// A statement, as its meaning and as its text.
struct Query {
  enum Known { case no, own, at(Int64) }
  enum Moment { case column(Int, shift: Int64), instant(Int64), none }
  enum Filter {
    /// Is the output column at the position NULL, or not?
    case null(Int, Bool)
    case numberAbove(Int64)
    case key(entity: Int, Cell)
  }

  var text = ""
  var joins = true
  var columns: [OutputColumn] = []
  /// The timed groups whose chosen time is put out too, in order of first mention.
  var timestamps: [Int] = []
  var moment = Moment.none
  var isStrict = false
  /// The rows of one timed group with an event from the first instant on and before the second; else nil.
  var versions: (from: Int64, to: Int64)?
  var known = Known.no
  var within: Span?
  var filter: Filter?
  var limit: Int?
  var offset = 0

  /// The groups used, in order of first mention.
  var groups: [Int] {
    columns.reduce(into: []) { seen, column in if !seen.contains(column.group) { seen.append(column.group) } }
  }

  /// The same, windows apart.
  var uses: [Use] {
    columns.reduce(into: []) { seen, column in
      let use = Use(group: column.group, isOfWindows: column.window != nil)
      if !seen.contains(use) { seen.append(use) }
    }
  }
}

/// One database, its metadata, one label file and the statements over them.
struct World {
  let seed: Int
  /// Groups have long histories: what takes the wrong one of many rows is not noticed where there are few. More memory
  /// than the least is needed for them.
  let isDeep: Bool
  let isNumberAxis: Bool
  let entities: [Entity]
  let groups: [Group]
  let momentColumns: [String]
  let header: [String]
  let labels: [Label]
  /// The same rows in each engine's SQL.
  let scripts: [SQLFlavour: String]
  let metadata: String
  let labelText: String
  /// The same labels as a table of each engine.
  let storedLabels: [SQLFlavour: StoredLabels]
  let queries: [Query]

  /// The tables in an engine's SQL, that of the labels included.
  func script(_ flavour: SQLFlavour) -> String { (scripts[flavour] ?? "") + (storedLabels[flavour]?.script ?? "") }
}
