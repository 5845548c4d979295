import TestSupport
import Testing

/// Nothing is left lying about: no reminders, no stubs, no prints.
@Suite struct LeftoverTests {
  /// Written in halves, since this file is read too.
  static let reminders = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]

  @Test func noReminders() throws {
    let paths = Checkout.swiftFiles + Checkout.files(under: "scripts") + ["Package.swift"]
    for path in paths {
      for (index, line) in try Checkout.lines(path).enumerated() {
        for reminder in Self.reminders where line.hasWord(reminder) {
          Issue.record("\(path):\(index + 1) holds \(reminder)")
        }
      }
    }
  }

  @Test func noStubs() throws {
    for path in Checkout.sources {
      let isStub = try Checkout.text(path).contains("fatalError(\"pending\")")
      #expect(!isStub, "\(path) is not written yet")
    }
  }

  /// Results and messages go through sinks; a `print` is a forgotten probe. A file may define its own.
  @Test func noPrints() throws {
    for path in Checkout.sources {
      let lines = try Checkout.lines(path)
      if lines.contains(where: { $0.contains("func print(") }) { continue }
      for (index, line) in lines.enumerated() {
        let words = line.withoutComment.split { !$0.isLetter && $0 != "(" && $0 != "." && $0 != "_" }
        #expect(!words.contains { $0.hasPrefix("print(") }, "\(path):\(index + 1) prints")
      }
    }
  }
}
