/// How moments are stored: `timestamp_storage` of the metadata where the engine has no type for them.
package enum TimestampStorage: String, Sendable, CaseIterable {
  case iso8601
  case unixSeconds = "unix_s"
  case unixMilliseconds = "unix_ms"
  case unixMicroseconds = "unix_us"
  /// A Julian day number, exact to the millisecond.
  case julian
  /// Not a time at all: events are plain numbers, compared as such.
  case number
  /// The engine has a type for moments; nothing that the metadata could say.
  case native = "the engine's own time type"

  /// What the metadata may declare.
  package static let declarable = allCases.filter { $0 != .native }
}
