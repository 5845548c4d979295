import SpellCore

/// The part of a group that says when its rows hold.
struct GroupTimes {
  var eventColumn: String?
  var createdColumn: String?
  var storage: TimestampStorage?
  var zone: Zone?
  var ttl: Interval?
  var delay: Interval?

  /// Reads and checks the keys against each other.
  init(_ reader: MappingReader) {
    eventColumn = reader.column("event_timestamp_column")?.value
    createdColumn = reader.column("create_timestamp_column")?.value
    storage =
      reader.word("timestamp_storage", among: TimestampStorage.declarable.map(\.rawValue)) {
        TimestampStorage(rawValue: $0)
      }?.value
    zone = Self.zone(reader)
    let ttl = Self.interval("ttl", storage, reader)
    let delay = Self.interval("delay", storage, reader)
    if reader.lacks("event_timestamp_column") {
      for key in ["create_timestamp_column", "ttl", "delay"] where reader.has(key) {
        reader.log.add(.needsEvent(key: key), at: reader.keyLocation(key))
      }
    }
    if let ttl { Self.check(ttl, against: delay?.value, reader.log) }
    self.ttl = ttl?.value
    self.delay = delay?.value
  }

  private static func zone(_ reader: MappingReader) -> Zone? {
    guard let name = reader.text("timezone") else { return nil }
    do {
      return try Zone(named: name.value)
    } catch {
      reader.log.add(.zone(error), at: name.location)
      return nil
    }
  }

  static func interval(
    _ key: String, _ storage: TimestampStorage?, _ reader: MappingReader
  ) -> Written<Interval>? {
    guard let text = reader.text(key) else { return nil }
    guard let interval = withBytes(of: text.value, IntervalText.parse) else {
      let unsigned = text.value.drop { $0 == "-" }
      if unsigned.count < text.value.count, withBytes(of: String(unsigned), IntervalText.parse) != nil {
        reader.log.add(.interval(.negative(text.value, key: key)), at: text.location)
      } else {
        reader.log.add(.interval(.malformed(text.value, key: key)), at: text.location)
      }
      return nil
    }
    switch (interval, storage) {
    case (.number, let storage?) where storage != .number:
      reader.log.add(.interval(.numberOnTimeAxis(key: key, storage: storage.rawValue)), at: text.location)
      return nil
    case (.time, .number):
      reader.log.add(.interval(.timeOnNumberAxis(key: key)), at: text.location)
      return nil
    default: return Written(interval, at: text.location)
    }
  }

  private static func check(_ ttl: Written<Interval>, against delay: Interval?, _ log: ProblemLog) {
    if ttl.value.isZero {
      log.add(.interval(.zeroTTL), at: ttl.location)
    } else if let delay {
      switch ttl.value.exceeds(delay) {
      case true?: break
      case false?: log.add(.interval(.ttlNotAboveDelay(ttl: ttl.value, delay: delay)), at: ttl.location)
      case nil: log.add(.interval(.ttlAndDelayOfTwoKinds), at: ttl.location)
      }
    }
  }
}
