import SpellCore
import Testing

@testable import SpellPlanning

/// AS OF, BEFORE, KNOWN, WITHIN and the axis.
@Suite struct MomentTests {
  private let stage: PlanningStage
  private let labels = ["airport", "tailnum", "at", "event_timestamp"]
  /// 2024-01-31 00:00 of UTC.
  private let day: Int64 = 1_706_659_200_000_000

  init() throws { stage = try .flights() }

  /// The moment of a plan, with its offset: `[3]` for a label column.
  private func moment(_ text: String, labels: [String]? = nil, parameters: [String: String] = [:]) throws -> String {
    let cut = try stage.plan(text, labels: labels, parameters: parameters, now: 77).cut
    let word = cut.isStrict ? "before" : "as of"
    let offset = cut.offset.map { " \($0.isNegative ? "-" : "+") \(IntervalText.text($0.length))" } ?? ""
    switch cut.moment {
    case .none: return "none"
    case .column(let column): return "\(word) [\(column)]\(offset)"
    case .inferredColumn: return "\(word) inferred\(offset)"
    case .constant(.time(let time)): return "\(word) \(time)\(offset)"
    case .constant(.number(.int(let number))): return "\(word) \(number)\(offset)"
    case .constant(.number(.float(let number))): return "\(word) \(number)\(offset)"
    }
  }

  @Test func momentsOfASnapshot() throws {
    #expect(try moment("SELECT FEATURES humidity") == "as of 77")
    #expect(try moment("SELECT FEATURES humidity BEFORE NOW - 15m") == "before 77 - 15m")
    #expect(try moment("SELECT FEATURES humidity AS OF '2024-01-31'") == "as of \(day)")
    #expect(try moment("SELECT FEATURES humidity AS OF '2024-01-31T02:00:00+02:00' + 1d") == "as of \(day) + 1d")
    #expect(try moment("SELECT FEATURES humidity AS OF :m", parameters: ["m": "2024-01-31"]) == "as of \(day)")
    #expect(try moment("SELECT FEATURES volume AS OF -5") == "as of -5")
    #expect(try moment("SELECT FEATURES volume BEFORE 5.5 + 1") == "before 5.5 + 1")
    #expect(try moment("SELECT FEATURES volume AS OF :m", parameters: ["m": "9"]) == "as of 9")
    #expect(try moment("SELECT FEATURES year") == "none")
    #expect(try moment("SELECT FEATURES year AS OF '2024-01-31'") == "none")
  }

  @Test func momentsOfAJoin() throws {
    #expect(try moment("SELECT FEATURES humidity JOIN l", labels: labels) == "as of [3]")
    #expect(try moment("SELECT FEATURES humidity JOIN l", labels: ["airport", "Event_Timestamp"]) == "as of [1]")
    #expect(try moment("SELECT FEATURES humidity JOIN l", labels: ["airport", "day"]) == "as of inferred")
    #expect(try moment("SELECT FEATURES humidity AS OF AT - 7d JOIN l", labels: labels) == "as of [2] - 7d")
    #expect(try moment("SELECT FEATURES humidity BEFORE '2024-01-31' JOIN l", labels: labels) == "before \(day)")
    #expect(try moment("SELECT FEATURES volume AS OF at + 2 JOIN l", labels: labels) == "as of [2] + 2")
    #expect(try moment("SELECT FEATURES volume JOIN l", labels: labels) == "as of [3]")
    #expect(try moment("SELECT FEATURES year JOIN l", labels: ["tailnum"]) == "none")
    #expect(try moment("SELECT FEATURES humidity AS OF NOW JOIN l", labels: labels) == "as of 77")
  }

  @Test(arguments: [
    ("SELECT FEATURES humidity AS OF yesterday", ["[yesterday] moment-without-labels"]),
    ("SELECT FEATURES humidity AS OF yesterday JOIN l", ["[yesterday] unknown-label-column"]),
    ("SELECT FEATURES year AS OF yesterday JOIN l", ["[yesterday] unknown-label-column"]),
    ("SELECT FEATURES humidity AS OF '2024-02-30'", ["['2024-02-30'] bad-moment"]),
    ("SELECT FEATURES humidity AS OF 5", ["[5] bad-moment"]),
    ("SELECT FEATURES volume AS OF '2024-01-31'", ["['2024-01-31'] bad-moment"]),
    ("SELECT FEATURES volume AS OF NOW", ["[NOW] bad-moment"]),
    ("SELECT FEATURES volume", ["[volume] no-moment"]),
    ("SELECT FEATURES year AS OF yesterday", ["[yesterday] moment-without-labels"]),
    ("SELECT FEATURES humidity AS OF NOW + 5", ["[5] interval-off-axis"]),
    ("SELECT FEATURES volume AS OF 5 + 1h", ["[1h] interval-off-axis"]),
    ("SELECT FEATURES humidity WITHIN 5", ["[5] interval-off-axis"]),
    ("SELECT FEATURES volume AS OF 5 WITHIN 5m", ["[5m] interval-off-axis"]),
    ("SELECT FEATURES volume, arr_delay AS OF 5", ["[volume] mixed-axes"]),
    ("SELECT FEATURES arr_delay, volume AS OF 5", ["[arr_delay] mixed-axes", "[5] bad-moment"]),
    ("SELECT FEATURES arr_delay KNOWN", ["[KNOWN] no-created-column"]),
    ("SELECT FEATURES arr_delay, humidity KNOWN JOIN l", ["[KNOWN] no-created-column"]),
    ("SELECT FEATURES humidity KNOWN AT 5", ["[5] bad-moment"]),
    ("SELECT FEATURES arr_delay WITHIN 1h", ["[1h] within-not-above-delay"]),
    ("SELECT FEATURES arr_delay WITHIN 59m", ["[59m] within-not-above-delay"]),
    ("SELECT FEATURES humidity WITHIN 0d", ["[0d] within-not-above-delay"]),
    ("SELECT FEATURES pressure AS OF 5 WITHIN 2.0", ["[pressure] ambiguous-name"]),
    ("SELECT FEATURES gauges.pressure AS OF 5 WITHIN 2.0", ["[2.0] within-not-above-delay"]),
    ("SELECT FEATURES humidity JOIN l TIME unix_s", []),
    ("SELECT FEATURES volume JOIN l TIME unix_s", ["[unix_s] time-on-numbers"]),
  ])
  func problems(text: String, problems: [String]) throws {
    #expect(try stage.problems(text, labels: text.contains("JOIN") ? labels : nil) == problems)
  }

  @Test func knownLooksAtTimedGroupsOnly() throws {
    let labels = ["airport", "tailnum", "at"]
    let text = "SELECT FEATURES humidity, year AS OF at JOIN l"
    guard case .all = try stage.plan(text, labels: labels).known else { return #expect(Bool(false)) }
    guard case .byMoment = try stage.plan("\(text) KNOWN", labels: labels).known else { return #expect(Bool(false)) }
    let known = try stage.plan("\(text) KNOWN AT '2024-01-31' - 1d", labels: labels).known
    guard case .at(let point) = known else { return #expect(Bool(false)) }
    #expect(point == .time(day - 86_400_000_000))
    guard case .all = try stage.plan("SELECT FEATURES year KNOWN").known else { return #expect(Bool(false)) }
  }

  @Test func withinTakesTheTTLsPlace() throws {
    let labels = ["airport", "tailnum", "at"]
    let text = "SELECT FEATURES humidity, arr_delay, year AS OF at JOIN l"
    let hour: Int64 = 3_600_000_000
    #expect(try stage.plan(text, labels: labels).uses.map(\.ttl) == [.time(microseconds: 6 * hour), nil, nil])
    let within = try stage.plan("\(text) WITHIN 61m", labels: labels).uses.map(\.ttl)
    #expect(within == [.time(microseconds: 61 * hour / 60), .time(microseconds: 61 * hour / 60), nil])
    #expect(try stage.plan("SELECT FEATURES year WITHIN 5m").uses[0].ttl == nil)
    #expect(
      try stage.plan("SELECT FEATURES volume AS OF 1 WITHIN :w", parameters: ["w": "2.5"]).uses[0].ttl
        == .number(.float(2.5)))
  }

  @Test func lengthsOfTheMetadataMustBeOnTheStoredAxis() throws {
    let stage = try PlanningStage(
      sql: "CREATE TABLE g (k TEXT, at INTEGER, v INTEGER); CREATE TABLE h (k TEXT, at TEXT, w INTEGER)",
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: g, entity: k, event_timestamp_column: at, ttl: 7d, features: [{name: v}]}
        - {kind: group, name: h, entity: k, event_timestamp_column: at, delay: 5, features: [{name: w}]}
        """)
    #expect(try stage.problems("SELECT FEATURES v AS OF 5") == ["line 2 [g] interval-off-axis"])
    #expect(try stage.problems("SELECT FEATURES w") == ["line 3 [h] interval-off-axis"])
  }

  @Test func arithmeticStopsAtTheEnds() {
    #expect(AxisArithmetic.move(5, by: 3, isNegative: true) == 2)
    #expect(AxisArithmetic.move(.max - 1, by: 3, isNegative: false) == .max)
    #expect(AxisArithmetic.move(.min + 1, by: 3, isNegative: true) == .min)
    for end in [Int64.min, .max] {
      #expect(AxisArithmetic.move(end, by: 3, isNegative: true) == end)
      #expect(AxisArithmetic.move(end, by: 3, isNegative: false) == end)
    }
    let hour = SignedInterval(isNegative: false, length: .number(.float(0.5)))
    #expect(AxisPoint.number(.int(2)).moved(by: hour) == .number(.float(2.5)))
  }
}
