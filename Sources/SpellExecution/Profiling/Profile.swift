import SpellCore

/// What a column of a group holds.
package struct ColumnProfile: Sendable {
  package enum Role: String, Sendable { case key, event, feature }

  /// A part of the range of values, and how many lie in it: from `low` on and before `high`, which belongs to the last.
  package struct Bin: Sendable {
    package var low: Double
    package var high: Double
    package var count: Int
  }

  package var name: String
  package var role: Role
  package var type: ValueType
  package var description: String?
  /// Rows with a value.
  package var count = 0
  package var nulls = 0
  /// Rows with a stored value that does not fit the type.
  package var invalid = 0
  /// Among the values; they count for nothing further.
  package var nans = 0
  package var distinct = 0
  /// Whether `distinct` is no estimate.
  package var isDistinctExact = true
  package var least: Value = .null
  package var greatest: Value = .null
  /// The lower quartile, the median and the upper quartile, between two values where there is no middle one; empty for
  /// types without arithmetic.
  package var quartiles: [Value] = []
  /// Whether quartiles and bins are no approximations.
  package var isExact = true
  package var mean: Value = .null
  package var standardDeviation: Double?
  /// The most frequent values, the most frequent first; nil where there are too many to count.
  package var top: [(value: Value, count: Int)]?
  /// Of types with arithmetic: the range of the finite values in equal parts.
  package var bins: [Bin] = []

  /// Of all rows.
  package var nullShare: Double {
    let rows = count + nulls + invalid
    return rows == 0 ? 0 : Double(nulls) / Double(rows)
  }
}

/// What a group holds.
package struct GroupProfile: Sendable {
  package enum Period: String, Sendable { case hour, day, month, year }

  package var name: String
  package var table: String
  package var description: String?
  package var isStatic: Bool
  package var rows = 0
  /// Different keys, estimated where they were too many to hold.
  package var keys = 0
  package var areKeysExact = true
  /// The fewest, the median and the most rows of a key; nil where keys were too many to count for each.
  package var rowsPerKey: (least: Int, median: Int, most: Int)?
  /// From the last event to now, in microseconds; nil without events, and on an axis of numbers.
  package var freshness: Int64?
  /// How many events each period has, from the first to the last with one: its start in microseconds of UTC.
  package var periods: [(start: Int64, count: Int)] = []
  package var period: Period?
  /// Keys, event and features.
  package var columns: [ColumnProfile] = []
}

/// What a PROFILE found.
package struct Profile: Sendable {
  package var groups: [GroupProfile]
  /// The point by which rows had to be available; nil for all rows.
  package var moment: String?
  /// When it was made: microseconds of UTC.
  package var now: Int64
}
