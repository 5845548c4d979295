import SpellTables
import TestSupport
import Testing

@testable import SpellExecution

/// Sums that are exact whatever is added, in whatever order, and taken out again.
@Suite struct WindowSumTests {
  /// Sums of doubles at one slot, in the order given; a value that was taken out again leaves nothing behind.
  private func sum(_ values: [Double], takenOut: [Double] = []) -> (high: Double, low: Double) {
    let record = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
    record.storeBytes(of: 0, as: Int128.self)
    defer { record.deallocate() }
    let sums = FloatSums(offset: 0)
    values.prefix(1).withContiguousStorageIfAvailable { sums.prepare($0) }
    for value in values { sums.add(value, to: record, slot: 0, isTakenOut: false) }
    for value in takenOut { sums.add(value, to: record, slot: 0, isTakenOut: true) }
    sums.sortAside()
    var running = FloatSums.Running(sums)
    running.begin()
    running.finish(record, slot: 0)
    return (record.load(as: Double.self), record.load(fromByteOffset: 8, as: Double.self))
  }

  @Test func wholeNumbersOfManySizes() {
    // As whole numbers the sums are known.
    var random = SeededRandom(seed: 7)
    for _ in 0..<200 {
      let numbers = (0..<40).map { _ in Int64(random.below(1 << 50)) >> Int64(random.below(50)) - (1 << 20) }
      let exact = numbers.reduce(0, +)
      let unit = Double(sign: .plus, exponent: random.below(400) - 200, significand: 1)
      let (high, low) = sum(numbers.map { Double($0) * unit })
      #expect(high == Double(exact) * unit && low == Double(exact - Int64(Double(exact))) * unit)
    }
  }

  @Test func orderAndWhatIsTakenOutAgainMakeNoDifference() {
    var random = SeededRandom(seed: 11)
    for _ in 0..<100 {
      // Exponents from end to end.
      let values = (0..<20).map { _ -> Double in
        let significand = 1 + Double(random.below(1 << 52)) * 0x1p-52
        return Double(
          sign: random.chance(50) ? .minus : .plus, exponent: random.below(2000) - 1070, significand: significand)
      }
      let gone = values.map { $0 * 0.37 }.filter(\.isFinite)
      let plain = sum(values)
      #expect(plain == sum(values.reversed()))
      #expect(plain == sum((values + gone).shuffled(using: &random), takenOut: gone))
      #expect(plain == sum(gone + values, takenOut: gone))
    }
  }

  @Test func knownSums() {
    #expect(sum([1e300, 1, -1e300]).high == 1)
    #expect(sum([0.1, 0.2, 0.3]).high == 0.6)
    #expect(sum([.leastNonzeroMagnitude, 1, -1]).high == .leastNonzeroMagnitude)
    #expect(sum([.greatestFiniteMagnitude, .greatestFiniteMagnitude]).high == .infinity)
    #expect(
      sum([.greatestFiniteMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]).high
        == 0x1.fffffffffffffp1023)
    #expect(sum([1, 0x1p-53]).high == 1 && sum([1, 0x1p-53, 0x1p-200]).high == 1.0.nextUp)
    #expect(sum([1, 0x1p-53]).low == 0x1p-53)
    #expect(sum([]).high == 0 && sum([-0.0, 0]).high == 0)
  }

  @Test func wholeNumbersOf128BitsAsFloats() {
    var random = SeededRandom(seed: 5)
    for _ in 0..<2000 {
      let high = Int128(random.below(1 << 62)) << 64
      let whole = high | Int128(random.below(1 << 62))
      let number: Int128 = (random.chance(50) ? -whole : whole) >> Int128(random.below(126))
      let even: Int128 = number & ~0x7FF
      for near: Int128 in [number, number + 1, number - 1, even, even | 0x400] {
        #expect(near.nearestFloat == Double(near), "\(near)")
      }
    }
    let edges: [Int128] = [.max, .min, .min + 1, 1 << 63, 1 << 64, 0]
    for edge in edges + [1 - (1 << 63), 1 - (1 << 64), 1 + (1 << 54)] {
      #expect(edge.nearestFloat == Double(edge), "\(edge)")
    }
  }

  @Test func whatIsPutAsideGrowsWithTheSlotsAlone() {
    // The first value decides the unit, in which none of the others is whole.
    let record = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
    defer { record.deallocate() }
    record.storeBytes(of: 0, as: Int128.self)
    let sums = FloatSums(offset: 0)
    [1e30].withUnsafeBufferPointer { sums.prepare($0) }
    sums.add(1e30, to: record, slot: 0, isTakenOut: false)
    let values = (1...300_000).map { Double($0) / 7 }
    for value in values { sums.add(value, to: record, slot: 0, isTakenOut: false) }
    #expect(sums.byteCount < 2 << 20)
    for value in values.shuffled() { sums.add(value, to: record, slot: 0, isTakenOut: true) }
    sums.add(0.1, to: record, slot: 0, isTakenOut: false)
    sums.add(-1e30, to: record, slot: 0, isTakenOut: false)
    sums.sortAside()
    var running = FloatSums.Running(sums)
    running.begin()
    running.finish(record, slot: 0)
    #expect(record.load(as: Double.self) == 0.1)
  }

  @Test func meansAreTheNearestDoubles() {
    for value in [1.12, 0.1, -3.3, 1e300, 1e-300] {
      for count in [1, 3, 5, 7, 1000] {
        let (high, low) = sum(Array(repeating: value, count: count))
        #expect(Mean.nearestFloat(ofSum: high, low, count: Double(count)) == value || high.isInfinite, "\(value)")
      }
    }
    #expect(Mean.nearestFloat(ofSum: .infinity, 0, count: 2) == .infinity)
    #expect(Mean.nearestFloat(0, dividedBy: 3) == 0 && Mean.nearestFloat(-1, dividedBy: 3) == -1.0 / 3)
    #expect(Mean.nearestFloat(600_000_000_000_000_000, dividedBy: 3 * DecimalSum.unitsOfOne) == 0.2)
    #expect(Mean.nearestFloat(9_007_199_254_740_993, dividedBy: 3) == 3_002_399_751_580_331)
    #expect(Mean.nearestFloat(.max, dividedBy: 1) == 0x1p127 && Mean.nearestFloat(.min, dividedBy: 2) == -0x1p126)
    #expect(Mean.nearestFloat(1, dividedBy: 1 << 126) == 0x1p-126)
    // Between two doubles: even, and to the side of what is left.
    let half: Int128 = 1 << 53 + 1
    #expect(Mean.nearestFloat(half, dividedBy: 1) == 0x1p53 && Mean.nearestFloat(half * 3, dividedBy: 3) == 0x1p53)
    #expect(Mean.nearestFloat(half << 60 + 1, dividedBy: 1 << 60) == 0x1p53 + 2)
    #expect(Mean.nearestFloat(half << 60 - 1, dividedBy: 1 << 60) == 0x1p53)
    var random = SeededRandom(seed: 9)
    for _ in 0..<2000 {
      // Both are doubles, so that the processor knows the quotient.
      let (number, divisor) = (Int64(random.below(1 << 53)), Int64(1 + random.below(1 << 53)))
      #expect(Mean.nearestFloat(-Int128(number), dividedBy: UInt128(divisor)) == -Double(number) / Double(divisor))
    }
  }

  @Test func whatIsNoNumber() {
    #expect(sum([1, .infinity]).high == .infinity && sum([1, .infinity], takenOut: [.infinity]).high == 1)
    #expect(
      sum([.infinity, -.infinity]).high.isNaN && sum([.infinity, -.infinity], takenOut: [.infinity]).high == -.infinity)
    #expect(sum([.nan, 2]).high.isNaN && sum([.nan, 2], takenOut: [.nan]).high == 2)
  }

  @Test(arguments: [
    ("0", "0"), ("12.5", "12.5"), ("-0.000000000000000001", "-0.000000000000000001"), ("1.50", "1.5"),
    ("99999999999999999999", "99999999999999999999"), ("-3", "-3"), ("0.1000000000000000000000", "0.1"),
  ])
  func decimals(text: String, sum: String) {
    let units = Array(text.utf8).withUnsafeBufferPointer { DecimalSum.units($0) }
    #expect(units.map { String(decoding: DecimalSum.text($0), as: UTF8.self) } == sum)
  }

  private static let nines = String(repeating: "9", count: 38)

  @Test(arguments: [
    "1e5", "100000000000000000000", "0.0000000000000000001", "NaN", "999999999999999999999", "-" + nines + ".9",
    nines + "0", nines + nines,
  ])
  func decimalsThatNoSumTakes(text: String) {
    #expect(Array(text.utf8).withUnsafeBufferPointer { DecimalSum.units($0) } == nil)
  }

  @Test func extremesOfEveryRange() {
    // Keys with as many slots as there are kinds of trees, each slot against all rows whose range it is in.
    var random = SeededRandom(seed: 3)
    let counts = Array(1...17)
    let starts = counts.indices.map { counts[..<$0].reduce(0, +) }
    let total = counts.reduce(0, +)
    let rows = (0..<400).map { _ in Int64(random.below(1000)) }
    let batch = RowBatch(types: [.int], capacity: rows.count)
    for (row, value) in rows.enumerated() { batch.columns[0].set(row, integer: value) }
    let store = ExtremeStore(
      .max, WindowRows(argument: 0, filter: nil, length: 0), type: .int, hasCreated: false, nodeCount: 2 * total)
    store.take(batch.columns[0], rows: rows.count)
    var expected = [Int64?](repeating: nil, count: total)
    for (row, value) in rows.enumerated() {
      let key = random.below(counts.count)
      let low = random.below(counts[key])
      let range = low..<low + 1 + random.below(counts[key] - low)
      store.offer(row, event: 0, created: 0, to: range, start: starts[key], slotCount: counts[key])
      for slot in range { expected[starts[key] + slot] = max(expected[starts[key] + slot] ?? value, value) }
    }
    for (start, count) in zip(starts, counts) { store.finish(start: start, end: start + count) }
    let found = Column(type: .int, capacity: total)
    let slots = (0..<Int32(total)).map { $0 }
    slots.withUnsafeBufferPointer { store.gather($0.baseAddress.unsafelyUnwrapped, count: total, into: found) }
    #expect((0..<total).map { found.state($0) == .value ? found.integer($0) : nil } == expected)
  }
}
