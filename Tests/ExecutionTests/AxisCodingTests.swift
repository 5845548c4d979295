import SpellCore
import SpellPlanning
import TestSupport
import Testing

@testable import SpellExecution

@Suite struct AxisCodingTests {
  @Test func orderOfDoublesIsKept() {
    var random = SeededRandom(seed: 11)
    var values: [Double] = [
      0.0, -0.0, 1, -1, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
      .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, 0x1p53, 0x1p53 + 2,
    ]
    while values.count < 2000 {
      let value = Double(bitPattern: random.next())
      if !value.isNaN { values.append(value) }
    }
    for left in values {
      #expect(AxisCoding.double(AxisCoding.code(left)) == left)
      for _ in 0..<20 {
        let right = random.pick(values)
        #expect((left < right) == (AxisCoding.code(left) < AxisCoding.code(right)), "\(left) and \(right)")
        #expect((left == right) == (AxisCoding.code(left) == AxisCoding.code(right)), "\(left) and \(right)")
      }
    }
    #expect(AxisCoding.code(-.infinity) > AxisCoding.noCreated)
  }

  @Test func integersStandForThemselves() {
    #expect(AxisCoding.integers.code(.time(-5)) == -5)
    #expect(AxisCoding.integers.code(.number(.int(.max))) == .max)
    #expect(AxisCoding.reals.code(.number(.int(3))) == AxisCoding.code(3.0))
    #expect(AxisCoding.reals.code(.number(.float(-0.0))) == AxisCoding.code(0.0))
  }

  @Test func movesOnIntegersStopAtTheEnds() {
    let coding = AxisCoding.integers
    let hour = Interval.time(microseconds: 3_600_000_000)
    #expect(coding.move(0, by: hour, isNegative: true) == -3_600_000_000)
    #expect(coding.move(.max - 1, by: hour, isNegative: false) == .max)
    #expect(coding.move(.min + 1, by: hour, isNegative: true) == .min)
    for end in [Int64.min, .max] {
      for isNegative in [true, false] { #expect(coding.move(end, by: hour, isNegative: isNegative) == end) }
    }
    #expect(coding.move(5, by: .number(.int(7)), isNegative: true) == -2)
  }

  @Test func movesOnRealsKeepTheInfinities() {
    let coding = AxisCoding.reals
    func moved(_ value: Double, _ length: AxisNumber, _ isNegative: Bool) -> Double {
      AxisCoding.double(coding.move(AxisCoding.code(value), by: .number(length), isNegative: isNegative))
    }
    #expect(moved(1.5, .float(0.25), false) == 1.75)
    #expect(moved(1.5, .int(2), true) == -0.5)
    #expect(moved(0.5, .float(0.5), true) == 0)
    #expect(moved(.infinity, .int(2), true) == .infinity)
    #expect(moved(-.infinity, .int(2), false) == -.infinity)
    #expect(moved(.greatestFiniteMagnitude, .float(.greatestFiniteMagnitude), false) == .infinity)
  }

  @Test(
    "fractions anywhere in the plan ask for reals",
    arguments: [
      ("", "AS OF 5", "integers"), ("", "AS OF 5.5", "reals"), ("", "AS OF 5 + 1.5", "reals"),
      ("", "AS OF 5 WITHIN 1.5", "reals"), ("", "AS OF 5 KNOWN AT 4.5", "reals"),
      ("", "AS OF 5 KNOWN AT 4", "integers"),
      ("delay: 1.5,", "AS OF 5", "reals"), ("delay: 1, ttl: 9,", "AS OF 5", "integers"),
      ("ttl: 9.5,", "AS OF 5", "reals"),
    ])
  func codingOfAPlan(group: String, clauses: String, coding: String) throws {
    for (type, expected) in [("INTEGER", coding), ("REAL", "reals")] {
      let stage = try ExecutionStage(
        sql: "CREATE TABLE g (k TEXT, t \(type), c \(type), v INTEGER)",
        metadata: """
          - {kind: entity, name: k, value_type: str}
          - {kind: group, name: g, entity: k, event_timestamp_column: t, create_timestamp_column: c, \(group)
             features: [{name: v, value_type: int}]}
          """)
      let plan = try stage.plan("SELECT FEATURES v \(clauses)").plan
      #expect("\(try AxisCoding(for: plan))" == expected)
    }
  }
}
