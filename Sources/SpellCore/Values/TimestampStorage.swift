/// How moments are stored where the engine has no type for them: `timestamp_storage` of the metadata.
package enum TimestampStorage: String, Sendable, CaseIterable {
  case iso8601
  case unixSeconds = "unix_s"
  case unixMilliseconds = "unix_ms"
  case unixMicroseconds = "unix_us"
  /// A Julian day number, exact to the millisecond.
  case julian
  /// Not a time at all: events are plain numbers, compared as such.
  case number
}
