import SpellCore
import SpellTables

/// Writes batches in the text form of a copy: a line per row, tabs between values, `\N` for NULL.
struct PostgresCopyWriter {
  /// A column of the table as far as the form of its values goes.
  struct Target {
    var type: PostgresType
    /// What the column's declaration says beside its type, such as the decimals of `numeric(10, 2)`; -1 if nothing.
    var modifier: Int
    var storage: TimestampStorage
    var zone: Zone
  }

  private let targets: [Target]
  /// The lines of the last batch.
  private(set) var bytes: [UInt8] = []

  init(targets: [Target]) { self.targets = targets }

  /// Throws `UnfitImportValue` for a value that the column would keep as another one.
  mutating func write(_ batch: RowBatch) throws {
    bytes.removeAll(keepingCapacity: true)
    for row in 0..<batch.count {
      for (index, target) in targets.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: "\t")) }
        let column = batch.columns[index]
        guard append(column, row, target) else {
          throw UnfitImportValue(row: row, column: index, text: CellText.text(column, row))
        }
      }
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  /// False if the column has no form for the value.
  private mutating func append(_ column: Column, _ row: Int, _ target: Target) -> Bool {
    switch column.state(row) {
    case .null:
      bytes += "\\N".utf8
      return true
    case .invalid: return false
    case .value: break
    }
    switch column.type {
    case .str: escape(column.bytes(row))
    case .bytes:
      bytes += "\\\\x".utf8
      append(hexadecimal: column.bytes(row))
    case .datetime: return append(moment: column.integer(row), target)
    case .bool where target.type != .bool: bytes += (column.integer(row) == 0 ? "0" : "1").utf8
    default:
      let text = Array(CellText.text(column, row).utf8)
      if target.type == .numeric, !Self.fits(text, decimals: target.decimals) { return false }
      bytes += text
    }
    return true
  }

  private mutating func append(hexadecimal slice: ByteSlice) {
    let digits = Array("0123456789abcdef".utf8)
    for byte in slice { bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
  }

  private mutating func escape(_ text: ByteSlice) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case UInt8(ascii: "\r"): bytes += "\\r".utf8
      case UInt8(ascii: "\t"): bytes += "\\t".utf8
      default: bytes.append(byte)
      }
    }
  }

  // MARK: - Moments

  private mutating func append(moment: Int64, _ target: Target) -> Bool {
    switch target.storage {
    case .native, .iso8601:
      var moment = moment
      let isFinite = Instant(microseconds: moment).isFinite
      if isFinite, target.type == .timestamp {
        guard let local = target.zone.localTime(storedFor: moment) else { return false }
        moment = local
      }
      if isFinite, moment % target.microsecondsPerStep != 0 { return false }
      // A column without a zone passes over the offset.
      bytes += TimeText.text(moment).utf8
      return true
    case .unixSeconds: return append(moment: moment, unit: 1_000_000)
    case .unixMilliseconds: return append(moment: moment, unit: 1000)
    case .unixMicroseconds, .number: return append(moment: moment, unit: 1)
    case .julian:
      // A moment that the unit does not divide would be another one when it is read again.
      guard Instant(microseconds: moment).isFinite, moment % 1000 == 0 else { return false }
      bytes += NumberText.floatText(Double(moment / 1000) / 86_400_000 + StoredTime.julianDayOf1970).utf8
      return true
    }
  }

  private mutating func append(moment: Int64, unit: Int64) -> Bool {
    guard Instant(microseconds: moment).isFinite, moment % unit == 0 else { return false }
    bytes += String(moment / unit).utf8
    return true
  }

  // MARK: - Decimals

  /// Whether a number keeps all its digits with so many decimals; nil: with any number of them.
  private static func fits(_ text: [UInt8], decimals: Int?) -> Bool {
    guard let decimals else { return true }
    if text.contains(UInt8(ascii: "e")) { return false }
    guard let point = text.firstIndex(of: UInt8(ascii: ".")) else { return true }
    return text[(point + 1)...].reversed().drop { $0 == UInt8(ascii: "0") }.count <= decimals
  }
}

extension PostgresCopyWriter.Target {
  /// The decimals of a `numeric(p, s)`; nil without a limit.
  fileprivate var decimals: Int? {
    guard type == .numeric, modifier >= 4 else { return nil }
    // Eleven bits with a sign.
    let scale = (modifier - 4) & 0x7FF
    return max(0, scale >= 0x400 ? scale - 0x800 : scale)
  }

  /// The grain of a `timestamp(p)`.
  fileprivate var microsecondsPerStep: Int64 {
    guard type == .timestamp || type == .timestampWithZone, (0..<6).contains(modifier) else { return 1 }
    return (0..<6 - modifier).reduce(1) { step, _ in step * 10 }
  }
}
