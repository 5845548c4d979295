import SpellCore
import SpellTables

/// Takes the cells of a column, batch by batch, and tells what they were.
protocol ColumnAccumulator: AnyObject {
  /// Takes the first so many cells.
  func add(_ cells: Column, count: Int)
  func finish(_ profile: inout ColumnProfile)
}

extension Int64 {
  /// The whole number below a double, or the end of the range that is nearest.
  init(saturating number: Double) {
    self = Int64(exactly: number.rounded(.down)) ?? (number > 0 ? .max : .min)
  }
}

/// How many of the most frequent values are told.
private let topCount = 10

/// Numbers, times, days and truth values.
final class NumberAccumulator: ColumnAccumulator {
  /// Parts of the range of values, if there are so many values.
  private static let binCount = 20

  private let type: ValueType
  private let counts = CountedCodes()
  /// Once there are too many values to tell apart.
  private var distinct: DistinctEstimate?
  private var sums = PowerSums()
  private var taken = ColumnProfile(name: "", role: .feature, type: .int)
  // Of the codes of finite values.
  private var least = Int64.max
  private var greatest = Int64.min
  private var infinities = (negative: 0, positive: 0)
  private let scratch = PlainBuffer<Int64>(filledWith: 0)
  private let coarse = PlainBuffer<Int64>(filledWith: 0)

  init(type: ValueType) { self.type = type }

  /// Whole numbers that cannot all be told apart are counted as doubles, whose intervals grow with their size.
  private var countsDoubles: Bool { type == .int && distinct != nil }

  func add(_ cells: Column, count: Int) {
    let codes = takeCodes(cells, count: count)
    for code in codes {
      least = min(least, code)
      greatest = max(greatest, code)
    }
    if hasArithmetic { for code in codes { sums.add(number(code)) } }
    if distinct != nil { for code in codes { distinct?.add(code) } }
    if countsDoubles {
      coarse.extend(to: codes.count)
      for (index, code) in codes.enumerated() { coarse.base[index] = AxisCoding.code(Double(code)) }
      counts.add(UnsafeBufferPointer(start: coarse.base, count: codes.count))
    } else {
      counts.add(codes)
    }
    if counts.isFull { countCoarsely() }
  }

  /// The codes of the values, in whose order they are.
  private func takeCodes(_ cells: Column, count: Int) -> UnsafeBufferPointer<Int64> {
    scratch.extend(to: count)
    let (words, states, codes) = (cells.words, cells.states, scratch.base)
    var taken = 0
    for row in 0..<count {
      guard states[row] == CellState.value.rawValue else {
        if states[row] == CellState.null.rawValue { self.taken.nulls += 1 } else { self.taken.invalid += 1 }
        continue
      }
      switch type {
      case .float, .decimal:
        let value = type == .float ? cells.double(row) : NumberText.nearestFloat(ofDecimal: cells.bytes(row))
        if value.isNaN {
          self.taken.nans += 1
          continue
        }
        if value.isInfinite {
          countInfinity(isNegative: value < 0)
          continue
        }
        codes[taken] = AxisCoding.code(value)
      case .datetime, .date:
        if words[row] == .min || words[row] == .max {
          countInfinity(isNegative: words[row] < 0)
          continue
        }
        codes[taken] = words[row]
      default: codes[taken] = words[row]
      }
      taken += 1
    }
    self.taken.count += taken
    return UnsafeBufferPointer(start: codes, count: taken)
  }

  private func countInfinity(isNegative: Bool) {
    taken.count += 1
    if isNegative { infinities.negative += 1 } else { infinities.positive += 1 }
    if type == .float || type == .decimal { sums.add(isNegative ? -.infinity : .infinity) }
  }

  private func countCoarsely() {
    if distinct == nil {
      var estimate = DistinctEstimate()
      for (code, _) in counts.sorted() { estimate.add(code) }
      distinct = estimate
      if type == .int { counts.recode { AxisCoding.code(Double($0)) } }
    }
    counts.coarsen()
  }

  // MARK: - Values

  private var hasArithmetic: Bool { type != .bool }

  /// The code of an infinity, which for times is an end of the axis.
  private func infinity(isNegative: Bool) -> Int64 {
    if type == .datetime || type == .date { return isNegative ? .min : .max }
    return AxisCoding.code(isNegative ? -.infinity : .infinity)
  }

  /// All codes in order with their counts; those of finite values are `counted`.
  private func withInfinities(_ counted: [(code: Int64, count: Int)]) -> [(code: Int64, count: Int)] {
    let before = infinities.negative > 0 ? [(infinity(isNegative: true), infinities.negative)] : []
    let behind = infinities.positive > 0 ? [(infinity(isNegative: false), infinities.positive)] : []
    return before + counted + behind
  }

  /// The codes that were counted, in order. The middle of an interval may lie beyond the values.
  private var finite: [(code: Int64, count: Int)] {
    let sorted = counts.sorted()
    if counts.shift == 0 { return sorted }
    let ends = countsDoubles ? (AxisCoding.code(Double(least)), AxisCoding.code(Double(greatest))) : (least, greatest)
    return sorted.map { (min(max($0.code, ends.0), ends.1), $0.count) }
  }

  @inline(__always)
  private func number(_ code: Int64) -> Double {
    switch type {
    case .float, .decimal: AxisCoding.double(code)
    default: Double(code)
    }
  }

  private func value(_ code: Int64) -> Value {
    switch type {
    case .bool: .bool(code != 0)
    case .datetime: .datetime(Instant(microseconds: code))
    case .date: .date(code)
    case .int: .int(code)
    default: .float(AxisCoding.double(code))
    }
  }

  /// A number between values.
  private func value(between number: Double) -> Value {
    switch type {
    case .datetime: .datetime(Instant(microseconds: Int64(saturating: number)))
    case .date: .date(Int64(saturating: number))
    default: .float(number)
    }
  }

  // MARK: - Finishing

  func finish(_ profile: inout ColumnProfile) {
    profile.count = taken.count + taken.nans
    profile.nulls = taken.nulls
    profile.invalid = taken.invalid
    profile.nans = taken.nans
    let finite = finite
    let sorted = withInfinities(finite)
    profile.isDistinctExact = distinct == nil
    profile.distinct = distinct.map { $0.count + sorted.count - finite.count } ?? sorted.count
    guard taken.count > 0 else { return }
    profile.least = value(infinities.negative > 0 || finite.isEmpty ? sorted[0].code : least)
    profile.greatest = value(infinities.positive > 0 || finite.isEmpty ? sorted[sorted.count - 1].code : greatest)
    profile.isExact = counts.shift == 0 && !countsDoubles
    if distinct == nil {
      let frequent = sorted.sorted { ($1.count, $0.code) < ($0.count, $1.code) }
      profile.top = frequent.prefix(topCount).map { (value($0.code), $0.count) }
    }
    guard hasArithmetic else { return }
    // Codes of several values were made doubles.
    func numbers(_ codes: [(code: Int64, count: Int)]) -> [(Double, Int)] {
      codes.map { (countsDoubles ? AxisCoding.double($0.code) : number($0.code), $0.count) }
    }
    let values = numbers(sorted)
    profile.quartiles = [0.25, 0.5, 0.75].map { value(between: Self.quantile($0, of: values, count: taken.count)) }
    profile.mean = sums.mean.map { value(between: $0) } ?? .null
    if type != .datetime && type != .date { profile.standardDeviation = sums.standardDeviation }
    profile.bins = bins(of: numbers(finite))
  }

  /// Between the two values that lie around the place, as much nearer to one as the place is.
  private static func quantile(_ share: Double, of values: [(Double, Int)], count: Int) -> Double {
    let place = Double(count - 1) * share
    var rest = Int(place)
    for (index, (value, times)) in values.enumerated() {
      if rest < times {
        let part = place - Double(Int(place))
        if part == 0 || rest + 1 < times || index + 1 == values.count { return value }
        let next = values[index + 1].0
        let step = next - value
        return step.isFinite || !value.isFinite || !next.isFinite
          ? value + step * part : value * (1 - part) + next * part
      }
      rest -= times
    }
    return values.last?.0 ?? 0
  }

  private func bins(of finite: [(Double, Int)]) -> [ColumnProfile.Bin] {
    if finite.isEmpty { return [] }
    let (low, high) = (number(least), number(greatest))
    let isWhole = type == .int || type == .date
    let isNarrow = isWhole && high - low < Double(Self.binCount)
    let number = low == high ? 1 : isNarrow ? Int(high - low) + 1 : Self.binCount
    let top = isNarrow ? high + 1 : high
    // Halves, for the whole range may be beyond a double.
    let width = (top / 2 - low / 2) / Double(number) * 2
    func edge(_ index: Int) -> Double {
      let step = width * Double(index)
      return step.isFinite ? low + step : (low / 2 + width / 2 * Double(index)) * 2
    }
    var bins = (0..<number).map { index in
      ColumnProfile.Bin(low: edge(index), high: index == number - 1 ? top : edge(index + 1), count: 0)
    }
    for (value, times) in finite {
      // The width of the least doubles is none.
      let place = (value / 2 - low / 2) / (width / 2)
      bins[place.isFinite ? min(number - 1, max(0, Int(place))) : 0].count += times
    }
    return bins
  }
}

/// Texts, uuids and bytes.
final class TextAccumulator: ColumnAccumulator {
  /// Bytes of the values that are told apart, at most.
  private static let mostBytes = 16 << 20

  private let type: ValueType
  /// The different values and how often each occurs; nil once there are too many.
  private var values: KeyIndex?
  private let counts = PlainBuffer<Int>(filledWith: 0)
  private var distinct = DistinctEstimate()
  private var least: [UInt8]?
  private var greatest: [UInt8]?
  private var taken = ColumnProfile(name: "", role: .feature, type: .str)
  private let ids = PlainBuffer<Int32>(filledWith: -1)

  init(type: ValueType) {
    self.type = type
    values = KeyIndex(types: [type])
  }

  func add(_ cells: Column, count: Int) {
    for row in 0..<count {
      switch cells.state(row) {
      case .value: taken.count += 1
      case .null: taken.nulls += 1
      case .invalid: taken.invalid += 1
      }
    }
    guard let values else { return estimate(cells, count: count) }
    ids.extend(to: count)
    values.insert([cells], count: count, ids: ids.base)
    counts.extend(to: values.count)
    for row in 0..<count where ids.base[row] >= 0 { counts.base[Int(ids.base[row])] += 1 }
    guard values.count > CountedCodes.most || values.byteCount > Self.mostBytes else { return }
    let cell = Column(type: type, capacity: 1)
    for id in 0..<values.count {
      cell.reset()
      values.write(id, to: [cell], row: 0)
      estimate(cell, count: 1)
    }
    self.values = nil
  }

  private func estimate(_ cells: Column, count: Int) {
    for row in 0..<count where cells.state(row) == .value {
      let bytes = cells.bytes(row)
      distinct.add(Int64(bitPattern: KeyHash.of(bytes)))
      extend(to: bytes)
    }
  }

  private func extend(to bytes: ByteSlice) {
    if least.map({ $0.withUnsafeBufferPointer { CellOrder.compare(bytes, $0) } < 0 }) ?? true { least = Array(bytes) }
    if greatest.map({ $0.withUnsafeBufferPointer { CellOrder.compare(bytes, $0) } > 0 }) ?? true {
      greatest = Array(bytes)
    }
  }

  func finish(_ profile: inout ColumnProfile) {
    profile.count = taken.count
    profile.nulls = taken.nulls
    profile.invalid = taken.invalid
    profile.isDistinctExact = values != nil
    profile.distinct = values?.count ?? distinct.count
    if let values {
      let cells = Column(type: type, capacity: max(1, values.count))
      for id in 0..<values.count {
        values.write(id, to: [cells], row: id)
        extend(to: cells.bytes(id))
      }
      let frequent = (0..<values.count).sorted { left, right in
        let (count, other) = (counts[left], counts[right])
        return count != other ? count > other : cells.compare(left, cells, right) < 0
      }
      profile.top = frequent.prefix(topCount).map { (cells.value($0), counts[$0]) }
    }
    profile.least = value(least)
    profile.greatest = value(greatest)
  }

  private func value(_ bytes: [UInt8]?) -> Value {
    guard let bytes else { return .null }
    let cell = Column(type: type, capacity: 1)
    bytes.withUnsafeBufferPointer { cell.set(0, bytes: $0) }
    return cell.value(0)
  }
}
