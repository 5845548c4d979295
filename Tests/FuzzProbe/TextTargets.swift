import Glibc
import SpellCatalog
import SpellCore

extension FuzzTarget {
  /// Times, dates, durations: what is read and written again is the same, and no label lies after the stored time of
  /// its text.
  static let times = FuzzTarget(
    name: "times",
    words: [
      "2024-02-29", "1969-12-31", "0001-01-01", "9999-12-31", "T", " 23:59:59", ".999999", "9", "Z", "+02:00", "-1430",
      "infinity", "-", ":", "02:30", "ms", "w", "GiB", "e3",
    ]
  ) { bytes in
    try bytes.withUnsafeBufferPointer { text in
      for zone in zones {
        let label = TimeText.parse(text, zone: zone, reading: .label)
        let stored = TimeText.parse(text, zone: zone, reading: .stored)
        // Rounding up may leave the last year.
        guard case .success(let first) = label, case .success(let second) = stored else { continue }
        try expect(first <= second, "in \(zone.name) the label is \(first) and the stored time \(second)")
        for moment in [first, second] {
          let written = TimeText.text(moment)
          let read = withBytes(of: written) { TimeText.parse($0, zone: .utc, reading: .label) }
          try expect(read == .success(moment), "\(moment) is written as \(written)")
        }
      }
      if case .success(let days) = TimeText.parseDate(text) {
        try expect(TimeText.dateText(days) == bytes.text, "\(bytes.text) is read as day \(days)")
      }
      if let interval = IntervalText.parse(text) {
        let written = IntervalText.text(interval)
        try expect(withBytes(of: written) { IntervalText.parse($0) } == interval, "\(bytes.text) becomes \(written)")
      }
    }
    if let size = ByteSize.parse(bytes.text) {
      try expect(ByteSize.parse(ByteSize.text(size)) == size, "\(bytes.text) becomes \(ByteSize.text(size))")
    }
  }

  private static let zones = ["UTC", "+05:45", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe"]
    .compactMap { try? Zone(named: $0) }

  /// Ints, floats, decimals, UUIDs and bytes: what is read and written again is the same, and floats are the system's.
  static let numbers = FuzzTarget(
    name: "numbers",
    words: [
      "9223372036854775807", "-9223372036854775808", "0.1", "1e308", "4.9e-324", "inf", "nan", "e-", "000", ".", "-",
      "179769313486231570", "\\x0aff", "550e8400-e29b-41d4-a716-446655440000", "9007199254740993",
    ]
  ) { bytes in
    try bytes.withUnsafeBufferPointer { text in
      if let integer = NumberText.parseInt(text) {
        let digits = bytes.drop { $0 == UInt8(ascii: "-") }.drop { $0 == UInt8(ascii: "0") }
        let written = String(integer.magnitude)
        try expect(integer == 0 ? digits.isEmpty : written == Array(digits).text, "\(bytes.text) is read as \(integer)")
      }
      if let float = NumberText.parseFloat(text) {
        let written = NumberText.floatText(float)
        let read = withBytes(of: written) { NumberText.parseFloat($0) }
        try expect(
          read?.bitPattern == float.bitPattern || (float.isNaN && read?.isNaN == true), "\(float) becomes \(written)")
        let system = strtod(bytes.text, nil)
        try expect(system == float || float.isNaN, "\(bytes.text) is \(float), and \(system) to the system")
      }
      if let decimal = DecimalText.canonical(text) {
        try decimal.withUnsafeBufferPointer { canonical in
          try expect(DecimalText.canonical(canonical) == decimal, "\(decimal.text) is not canonical")
          try expect(DecimalText.compare(canonical, canonical) == 0, "\(decimal.text) differs from itself")
          let key = Array(DecimalText.key(ofCanonical: canonical))
          let order = key.withUnsafeBufferPointer { DecimalText.compare($0, canonical) }
          try expect(order == (key.count - decimal.count).signum(), "\(key.text) is the key of \(decimal.text)")
        }
      }
      if let uuid = ByteText.uuid(text) {
        try expect(uuid.withUnsafeBufferPointer { ByteText.uuid($0) } == uuid, "\(uuid.text) is no UUID")
      }
      if let read = ByteText.bytes(text) {
        let written = "\\x" + HexadecimalText.of(read)
        try expect(written == bytes.text.lowercased(), "\(bytes.text) becomes \(written)")
      }
    }
  }

  /// Connection URLs, and passwords in any text: none is shown, whatever stands around it.
  static let urls = FuzzTarget(
    name: "urls",
    words: [
      "postgresql://", "postgres:", "sqlite:///", "sqlite:", "+psycopg2", "user:", "@", "host", ":5432", "/", "?", "&",
      "host=", "dbname=", "password=", "sslmode=require", "%40", "%7", "%", "'", "\"", "\\", " ", "[::1]", ",", "=",
      "token: ", "${X}", ".db", "#",
    ]
  ) { bytes in
    let text = bytes.text
    try expectUsable(text)
    let hidden = SecretMask.hidden(in: text)
    try expect(SecretMask.hidden(in: hidden) == hidden, "\(hidden.debugDescription) is hidden in turn")
    for written in [
      "postgresql://user:\(secret)@\(text)", "postgresql://\(text)?password=\(secret)",
      "host=\(text) password=\(secret)", "password='\(secret)' \(text)",
    ] {
      try expect(!SecretMask.hidden(in: written).contains(secret), "a password is shown of \(written.debugDescription)")
      try expectUsable(written)
    }
  }

  private static let secret = "Zq9Zq9Zq9"

  /// The URL is refused, or known by names without its password.
  private static func expectUsable(_ text: String) throws {
    var shown: [String] = []
    do throws(EngineURLProblem) {
      let url = try EngineURL.parse(text, relativeTo: "folder")
      shown = [url.description, url.label, url.place]
    } catch {
      let diagnostic = error.diagnostic(at: nil)
      try expectSafe([diagnostic])
      shown = [DiagnosticRenderer().render(diagnostic)]
    }
    for words in shown where words.contains(secret) {
      throw Finding("\(words.debugDescription) shows a password of \(text.debugDescription)")
    }
  }
}
