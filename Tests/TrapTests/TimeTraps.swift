import TestSupport
import Testing

/// Which moments a row is there for.
@Suite struct TimeTraps {
  @Test("trap 1: an event at the very moment counts for AS OF, not for BEFORE")
  func exactEquality() throws {
    let stage = try TrapStage([row("a", "10:00", "1")], labels: [label("a", "10:00"), label("a", "10:00:00.000001")])
    #expect(try stage.values("AS OF at") == ["1", "1"])
    #expect(try stage.values("BEFORE at") == ["NULL", "1"])
  }

  @Test("trap 2: a row one microsecond later is the future, and the report says so")
  func future() throws {
    let stage = try TrapStage([row("a", "10:00:00.000001", "1")], labels: [label("a", "10:00")])
    #expect(try stage.values() == ["NULL"])
    #expect(try stage.report()?["unmatched"]?["only_in_the_future"]?.int == 1)
  }

  @Test("trap 3: the ttl's edge is inside")
  func ttlBoundary() throws {
    let labels = [label("a", "10:00"), label("a", "10:00:00.000001")]
    let stage = try TrapStage([row("a", "09:00", "1")], labels: labels, group: ["ttl: 1h"])
    #expect(try stage.values() == ["1", "NULL"])
    #expect(try stage.report()?["unmatched"]?["older_than_ttl"]?.int == 1)
    #expect(try stage.values("AS OF at WITHIN 2h") == ["1", "1"])
    #expect(try stage.values("AS OF at WITHIN 59m") == ["NULL", "NULL"])
  }

  @Test("trap 4: a ttl of half a second works; none is no limit")
  func shortTTL() throws {
    let labels = [label("a", "10:00:00.5"), label("a", "10:00:00.500001"), label("a", "2999-01-01")]
    let rows = [row("a", "10:00", "1")]
    #expect(try TrapStage(rows, labels: labels, group: ["ttl: 500ms"]).values() == ["1", "NULL", "NULL"])
    #expect(try TrapStage(rows, labels: labels).values() == ["1", "1", "1"])
  }

  @Test(
    "trap 4: a ttl of zero, below zero or not above the delay is an error at its place",
    arguments: [["ttl: 0s"], ["ttl: 0"], ["ttl: -1h"], ["delay: 1h", "ttl: 1h"], ["delay: -1h"], ["ttl: 1month"]])
  func senselessTTL(lines: [String]) throws {
    let stage = try TrapStage([row("a", "10:00", "1")], labels: [label("a", "10:00")], group: lines)
    try stage.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv", status: 2, naming: ["metadata.yml:"])
  }

  @Test("trap 4: WITHIN of zero or not above the delay is an error")
  func senselessWithin() throws {
    let stage = try TrapStage([row("a", "10:00", "1")], labels: [label("a", "10:00")], group: ["delay: 1h"])
    try stage.refuses("SELECT FEATURES f.v AS OF at WITHIN 1h JOIN labels.csv", naming: ["WITHIN"])
    try stage.refuses("SELECT FEATURES f.v AS OF at WITHIN 0s JOIN labels.csv", naming: ["WITHIN"])
  }

  @Test("trap 5: the newest row is too old: NULL, and no older row in its place")
  func ttlHidesNewerRow() throws {
    let stage = try TrapStage(
      [row("a", "08:00", "1"), row("a", "08:30", "2")], labels: [label("a", "10:00"), label("a", "09:30")],
      group: ["ttl: 1h"])
    #expect(try stage.values() == ["NULL", "2"])
  }

  @Test("trap 5: a late row with a greater event hides an older one from the ttl too")
  func ttlJudgesTheChosenRow() throws {
    // The row of 09:00 becomes available before that of 09:10, and must not outlive it.
    let stage = try TrapStage(
      [row("a", "09:00", "1", created: "09:00"), row("a", "09:10", "2", created: "09:50")],
      labels: [label("a", "09:40"), label("a", "10:00"), label("a", "10:11")], group: ["ttl: 1h"])
    #expect(try stage.values("AS OF at KNOWN") == ["1", "2", "NULL"])
  }

  @Test("trap 10: KNOWN asks for the created time as well")
  func knownTime() throws {
    let stage = try TrapStage(
      [row("a", "10:00", "1", created: "12:00")],
      labels: [label("a", "11:00"), label("a", "12:00"), label("a", "11:59:59.999999")])
    #expect(try stage.values("AS OF at") == ["1", "1", "1"])
    #expect(try stage.values("AS OF at KNOWN") == ["NULL", "1", "NULL"])
    #expect(try stage.values("BEFORE at KNOWN") == ["NULL", "NULL", "NULL"])
    #expect(try stage.values("AS OF at KNOWN AT '2024-01-01 12:00'") == ["1", "1", "1"])
    #expect(try stage.values("BEFORE at KNOWN AT '2024-01-01 12:00'") == ["1", "1", "1"])
    #expect(try stage.values("AS OF at KNOWN AT '2024-01-01 11:59:59.999999'") == ["NULL", "NULL", "NULL"])
    #expect(try stage.report("AS OF at KNOWN")?["unmatched"]?["not_known_yet"]?.int == 2)
  }

  @Test("trap 10: a NULL created time is never known")
  func neverKnown() throws {
    let stage = try TrapStage([row("a", "10:00", "1")], labels: [label("a", "11:00")])
    #expect(try stage.values("AS OF at KNOWN") == ["NULL"])
    #expect(try stage.values("AS OF at KNOWN AT '2999-01-01'") == ["NULL"])
  }

  @Test("trap 10: delay moves what is known, and the ttl is still judged on the event")
  func delay() throws {
    let stage = try TrapStage(
      [row("a", "09:00", "1"), row("a", "10:00", "2")],
      labels: ["09:59:59.999999", "10:00", "10:59:59.999999", "11:00", "12:00", "12:00:00.000001"].map {
        label("a", $0)
      }, group: ["delay: 1h", "ttl: 2h"])
    #expect(try stage.values() == ["NULL", "1", "1", "2", "2", "NULL"])
    #expect(try stage.values("BEFORE at") == ["NULL", "NULL", "1", "1", "2", "NULL"])
  }

  @Test("trap 21: a space or a T between date and time is no difference")
  func separator() throws {
    let stage = try TrapStage([row("a", "2024-01-02 23:00:00", "1")], labels: ["a,2024-01-02T00:00:00"])
    #expect(try stage.values() == ["NULL"])
  }

  @Test("trap 22: a date is the start of its day, in labels and in stored columns; a delay mends daily sums")
  func dates() throws {
    let rows = [row("a", "2024-01-02 00:00:00", "1"), row("a", "2024-01-02 00:00:01", "2")]
    #expect(try TrapStage(rows, labels: ["a,2024-01-02"]).values() == ["1"])
    let daily = [row("a", "2024-01-01", "1"), row("a", "2024-01-02", "2")]
    let labels = ["a,2024-01-02 00:00", "a,2024-01-02 18:00", "a,2024-01-03"]
    let columns = "k TEXT, t DATE, c TEXT, v INTEGER"
    #expect(try TrapStage(daily, labels: labels, columns: columns).values() == ["2", "2", "2"])
    let delayed = try TrapStage(daily, labels: labels, group: ["delay: 1d"], columns: columns)
    #expect(try delayed.values() == ["1", "1", "2"])
  }

  @Test("trap 22: CHECK warns of events that are days, in a column of dates or texts, unless there is a delay")
  func datesAreCheckedFor() throws {
    let daily = [("2024-01-01", "1"), ("2024-01-02", "2")].map { row("a", $0, $1, created: "2024-01-03 10:00") }
    for columns in ["k TEXT, t DATE, c TEXT, v INTEGER", "k TEXT, t TEXT, c TEXT, v INTEGER"] {
      func found(_ group: [String]) throws -> [String] {
        let stage = try TrapStage(daily, labels: ["a,2024-01-02"], group: ["timezone: UTC"] + group, columns: columns)
        return try stage.column("check", of: stage.output("CHECK", strategies: ["scan"]))
      }
      #expect(try found([]) == ["date-events"])
      #expect(try found(["delay: 1d"]).isEmpty)
      #expect(try found(["delay: 0s"]).isEmpty)
    }
  }

  @Test("trap 33: CHECK counts the forms in which one column writes its times")
  func mixedForms() throws {
    let times = ["2024-01-01T10:00:00Z", "2024-01-01 12:00", "2024-01-02"]
    let rows = times.map { row("a", $0, "1", created: "2024-01-03 10:00") }
    let stage = try TrapStage(rows, labels: ["a,2024-01-02"], group: ["timezone: UTC"])
    let output = try stage.output("CHECK", strategies: ["scan"])
    #expect(stage.column("check", of: output) == ["mixed-times"])
    #expect(output.contains("3 forms"))
  }

  @Test("trap 24: the process's zone changes nothing", arguments: ["UTC", "America/New_York", "Asia/Tokyo"])
  func processZone(zone: String) throws {
    let stage = try TrapStage(
      [row("a", "10:00", "1")], labels: ["a,2024-01-01T12:00:00Z", "a,2024-01-01 10:00", "a,2024-01-01 09:59:59"])
    #expect(try stage.values(environment: ["TZ": zone]) == ["1", "1", "NULL"])
  }

  @Test("trap 24: a naive stored time is in its group's zone, a naive label in --timezone")
  func declaredZones() throws {
    // 10:00 in New York in January is 15:00 UTC; 10:00 at +02:00 is 08:00 UTC.
    for (zone, edge) in [("America/New_York", "15:00:00"), ("\"+02:00\"", "08:00:00"), ("UTC", "10:00:00")] {
      let before = edge.replacing("00:00", with: "59:59.999999").replacing("15:", with: "14:")
        .replacing("08:", with: "07:").replacing("10:", with: "09:")
      let labels = ["a,2024-01-01T\(edge)Z", "a,2024-01-01T\(before)Z"]
      let stage = try TrapStage([row("a", "10:00", "1")], labels: labels, group: ["timezone: \(zone)"])
      #expect(try stage.values() == ["1", "NULL"], "\(zone)")
    }
    let stage = try TrapStage(
      [row("a", "15:00", "1")], labels: [label("a", "10:00"), label("a", "09:59"), "a,2024-01-01 15:00Z"])
    #expect(try stage.values(options: ["--timezone", "America/New_York"]) == ["1", "NULL", "1"])
  }

  @Test("trap 25: offsets are one instant, and labels keep their own text")
  func offsets() throws {
    let labels = [
      "a,2024-01-01T12:00:00+02:00", "a,2024-01-01T11:59:59+0200", "a,2024-01-01 05:00-05", "a,2024-01-01T10:00Z",
    ]
    let stage = try TrapStage([row("a", "10:00", "1")], labels: labels)
    let answer = try stage.output("SELECT FEATURES f.v AS OF at JOIN labels.csv")
    #expect(answer == "k,at,v\n\(labels[0]),1\n\(labels[1]),\n\(labels[2]),1\n\(labels[3]),1\n")
  }

  @Test("trap 26: a local time that does not exist is an error with table, column, key and value")
  func springGap() throws {
    let rows = [row("a", "2024-03-10 02:30", "1")]
    let newYork = ["timezone: America/New_York"]
    let stage = try TrapStage(rows, labels: ["a,2024-03-11"], group: newYork)
    try stage.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv", naming: ["f", "t", "a", "2024-03-10 02:30"])
    let other = try TrapStage(rows + [row("b", "2024-03-10 03:30", "2")], labels: ["b,2024-03-11"], group: newYork)
    #expect(try other.values() == ["2"], "a row of a key that nobody asks for disturbs nobody")
    let lenient = try TrapStage(rows, labels: ["a,2024-03-11"], group: newYork + ["invalid: 'null'"])
    #expect(try lenient.values() == ["NULL"])
    let label = try TrapStage([row("a", "10:00", "1")], labels: ["a,2024-03-09 02:30", "a,2024-03-10 02:30"])
    try label.refuses(
      "SELECT FEATURES f.v AS OF at JOIN labels.csv", naming: ["labels.csv:3", "2024-03-10 02:30"],
      options: ["--timezone", "America/New_York"])
  }

  @Test("trap 26: a local time that occurs twice is read so that nothing leaks")
  func autumnOverlap() throws {
    // 01:30 is 05:30Z and again 06:30Z: a feature's is the later, a label's the earlier.
    let stored = try TrapStage(
      [row("a", "2024-11-03 01:30", "1")],
      labels: ["a,2024-11-03T05:30Z", "a,2024-11-03T06:29:59.999999Z", "a,2024-11-03T06:30Z"],
      group: ["timezone: America/New_York"])
    #expect(try stored.values() == ["NULL", "NULL", "1"])
    let label = try TrapStage(
      [row("a", "2024-11-03 05:30", "1"), row("a", "2024-11-03 05:30:01", "2")], labels: ["a,2024-11-03 01:30"])
    #expect(try label.values(options: ["--timezone", "America/New_York"]) == ["1"])
  }

  @Test("trap 27: a day of a ttl is 86,400 seconds, also over a change of the clocks")
  func ttlOverClockChange() throws {
    let stage = try TrapStage(
      [row("a", "2024-03-09 12:00", "1")],
      labels: ["a,2024-03-10T17:00:00Z", "a,2024-03-10T17:00:00.000001Z", "a,2024-03-10T16:00:00Z"],
      group: ["timezone: America/New_York", "ttl: 1d"])
    #expect(try stage.values() == ["1", "NULL", "1"])
  }

  @Test("trap 28: microseconds are told apart end to end")
  func microseconds() throws {
    let stage = try TrapStage(
      [row("a", "10:00:00.123456", "1"), row("a", "10:00:00.123457", "2")],
      labels: [label("a", "10:00:00.123455"), label("a", "10:00:00.123456"), label("a", "10:00:00.123457")])
    #expect(try stage.values() == ["NULL", "1", "2"])
    let answer = try stage.output("SELECT FEATURES f.v AS OF at WITH TIMESTAMPS JOIN labels.csv")
    #expect(
      stage.column("f__event_timestamp", of: answer)
        == ["NULL", "2024-01-01 10:00:00.123456+00:00", "2024-01-01 10:00:00.123457+00:00"])
  }

  @Test("trap 29: digits beyond the sixth never let a label see more")
  func beyondMicroseconds() throws {
    let rounded = try TrapStage(
      [row("a", "10:00:00.0000001", "1")], labels: [label("a", "10:00"), label("a", "10:00:00.000001")])
    #expect(try rounded.values() == ["NULL", "1"])
    let truncated = try TrapStage(
      [row("a", "10:00:01", "1"), row("a", "10:00:00.999999", "0")], labels: [label("a", "10:00:00.9999999")])
    #expect(try truncated.values() == ["0"])
  }

  @Test("trap 30: moments at the ends of the calendar are no arithmetic accident")
  func calendarEnds() throws {
    let stage = try TrapStage(
      [row("a", "0001-01-01", "1"), row("a", "9999-12-31 23:59:59.999999", "2")],
      labels: ["a,0001-01-01", "a,9999-12-31 23:59:59.999999", "a,2024-01-01"], group: ["ttl: 1000w"])
    #expect(try stage.values() == ["1", "2", "NULL"])
    #expect(try stage.values("AS OF at - 10000w") == ["NULL", "NULL", "NULL"])
    let delayed = try TrapStage(
      [row("a", "9999-12-31 23:59:59.999999", "2")], labels: ["a,9999-12-31 23:59:59.999999"], group: ["delay: 52w"])
    #expect(try delayed.values() == ["NULL"])
  }

  @Test(
    "trap 34 and 35: impossible and local dates in labels are errors with their line",
    arguments: [
      "2024-02-30", "2023-02-29", "2024-13-01", "2024-01-01 24:00", "2024-01-01T10:60", "2024-01-01T10:00:60",
      "2024-1-5", "01/02/2024", "20240101", "1704067200", "yesterday", "2024-01-01T10:00+25:00", " 2024-01-01",
    ])
  func impossibleLabels(time: String) throws {
    let stage = try TrapStage([row("a", "10:00", "1")], labels: ["a,2024-01-01", "a,\(time)", "a,2024-01-01"])
    try stage.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv", naming: ["labels.csv:3", time])
  }

  @Test(
    "trap 34: an impossible stored date is an error where the answer depends on it", arguments: ["2024-02-30", "24:00"])
  func impossibleStored(time: String) throws {
    let rows = [row("a", "10:00", "1"), row("a", time, "2"), row("b", "10:00", "3")]
    let stage = try TrapStage(rows, labels: [label("a", "12:00")])
    try stage.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv", naming: ["f", "t", "a", time])
    #expect(try TrapStage(rows, labels: [label("b", "12:00")]).values() == ["3"])
    let lenient = try TrapStage(rows, labels: [label("a", "12:00")], group: ["invalid: \"null\""])
    #expect(try lenient.values() == ["1"])
    #expect(try lenient.report()?["invalid"]?.int == 1)
  }

  @Test("trap 34: an impossible date in the statement is an error with its place")
  func impossibleLiteral() throws {
    let stage = try TrapStage([row("a", "10:00", "1")], labels: [label("a", "12:00")])
    try stage.refuses("SELECT FEATURES f.v AS OF '2024-02-30' JOIN labels.csv", naming: ["2024-02-30", ":1:"])
  }

  @Test("the label column of moments: event_timestamp, else the only one of times, else an error that names them")
  func momentColumn() throws {
    let stage = try TrapStage([row("a", "10:00", "1")], labels: [])
    try stage.folder.write("labels.csv", "k,other,event_timestamp\na,2024-01-01 09:00,2024-01-01 11:00\n")
    #expect(try stage.values("") == ["1"])
    try stage.folder.write("labels.csv", "k,when,n\na,2024-01-01 11:00,5\na,,6\n")
    #expect(try stage.values("") == ["1", "NULL"])
    try stage.folder.write("labels.csv", "k,first,second\na,2024-01-01 11:00,2024-01-01 11:00\n")
    try stage.refuses("SELECT FEATURES f.v JOIN labels.csv", naming: ["first", "second", "AS OF"])
  }
}
