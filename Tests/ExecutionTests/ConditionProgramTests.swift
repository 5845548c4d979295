import SpellCore
import SpellPlanning
import SpellTables
import Testing

@testable import SpellExecution

/// WHERE over batches, in three-valued logic.
@Suite struct ConditionProgramTests {
  private static let types: [(name: String, type: ValueType)] = [
    ("i", .int), ("f", .float), ("d", .decimal), ("s", .str), ("b", .bool), ("t", .datetime), ("day", .date),
    ("u", .uuid), ("y", .bytes), ("j", .int),
  ]

  /// A condition planned against a group with a feature of every type.
  private func program(_ condition: String, parameters: [String: String] = [:]) throws -> ConditionProgram {
    let columns = Self.types.map { "\"\($0.name)\" BLOB" }.joined(separator: ", ")
    let features = Self.types.map { "{name: \($0.name), value_type: \($0.type.rawValue)}" }.joined(separator: ", ")
    let stage = try ExecutionStage(
      sql: "CREATE TABLE g (k TEXT, \(columns))",
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: g, entity: k, features: [\(features)]}
        """)
    let plan = try stage.plan("SELECT FEATURES g.* WHERE \(condition)", parameters: parameters).plan
    let planned = try #require(plan.condition)
    return try ConditionProgram(planned, zone: .utc) { origin in
      guard case .feature(_, let feature) = origin else { return nil }
      return plan.uses[0].features[feature].type
    }
  }

  /// What a condition is for cells by column name; columns that are not named are NULL. Nil is NULL.
  private func value(
    _ condition: String, _ cells: [String: Cell] = [:], parameters: [String: String] = [:]
  ) throws -> Bool? {
    func isTrue(_ condition: String) throws -> Bool {
      let program = try program(condition, parameters: parameters)
      let names = program.origins.map { origin in
        guard case .feature(_, let feature) = origin else { return "" }
        return Self.types[feature].name
      }
      let batch = RowBatch(types: program.types, rows: [names.map { cells[$0] ?? .null }])
      return program.matches(batch, row: 0)
    }
    switch (try isTrue(condition), try isTrue("NOT (\(condition))")) {
    case (true, false): return true
    case (false, true): return false
    case (false, false): return nil
    case (true, true):
      Issue.record("\(condition) is true and false")
      return nil
    }
  }

  private static let logicValues: [(cell: Cell, value: Bool?)] = [(1, true), (0, false), (nil, nil)]

  @Test("truth tables of AND, OR and NOT") func logic() throws {
    for left in Self.logicValues {
      #expect(try value("NOT i = 1", ["i": left.cell]) == left.value.map { !$0 })
      for right in Self.logicValues {
        let cells = ["i": left.cell, "j": right.cell]
        let isFalse = left.value == false || right.value == false
        let isTrue = left.value == true || right.value == true
        let isNull = left.value == nil || right.value == nil
        #expect(try value("i = 1 AND j = 1", cells) == (isFalse ? false : isNull ? nil : true), "\(cells)")
        #expect(try value("i = 1 OR j = 1", cells) == (isTrue ? true : isNull ? nil : false), "\(cells)")
      }
    }
  }

  @Test("AND binds closer than OR, NOT closest") func precedence() throws {
    #expect(try value("i = 1 OR i = 2 AND j = 9", ["i": 1, "j": 0]) == true)
    #expect(try value("(i = 1 OR i = 2) AND j = 9", ["i": 1, "j": 0]) == false)
    #expect(try value("NOT i = 1 AND j = 9", ["i": 1, "j": 9]) == false)
    #expect(try value("NOT (i = 1 AND j = 9)", ["i": 1, "j": 0]) == true)
  }

  @Test func comparisons() throws {
    for (comparison, expected) in [
      ("=", [false, true, false]), ("<>", [true, false, true]), ("<", [true, false, false]),
      ("<=", [true, true, false]), (">", [false, false, true]), (">=", [false, true, true]),
    ] {
      for (value, isTrue) in zip([4, 5, 6] as [Cell], expected) {
        #expect(try self.value("i \(comparison) 5", ["i": value]) == isTrue)
      }
      #expect(try value("i \(comparison) 5", ["i": nil]) == nil)
      #expect(try value("i \(comparison) NULL", ["i": 5]) == nil)
      #expect(try value("NULL \(comparison) NULL") == nil)
    }
    #expect(try value("5 < i", ["i": 6]) == true)
    #expect(try value("i = j", ["i": 6, "j": 6]) == true)
  }

  @Test func isNullIsNeverNull() throws {
    for (cell, isNull) in [(nil, true), (5, false), (.invalid("x"), true)] as [(Cell, Bool)] {
      #expect(try value("i IS NULL", ["i": cell]) == isNull)
      #expect(try value("i IS NOT NULL", ["i": cell]) == !isNull)
    }
    #expect(try value("s IS NULL", ["s": ""]) == false)
    #expect(try value("NULL IS NULL") == true)
    #expect(try value("'a' IS NOT NULL") == true)
  }

  @Test func membership() throws {
    #expect(try value("i IN (1, 2)", ["i": 2]) == true)
    #expect(try value("i IN (1, 2)", ["i": 3]) == false)
    #expect(try value("i NOT IN (1, 2)", ["i": 3]) == true)
    #expect(try value("i IN (1, NULL)", ["i": 1]) == true)
    #expect(try value("i IN (1, NULL)", ["i": 3]) == nil)
    #expect(try value("i NOT IN (1, NULL)", ["i": 1]) == false)
    #expect(try value("i NOT IN (1, NULL)", ["i": 3]) == nil)
    #expect(try value("i IN (1, 2)", ["i": nil]) == nil)
    #expect(try value("i NOT IN (1, 2)", ["i": nil]) == nil)
    for (text, expected) in [("b", true), ("d", false), ("e\u{301}", true), ("\u{E9}", false), ("", true)] {
      #expect(try value("s IN ('c', 'e\u{301}', '', 'b', 'a')", ["s": .text(text)]) == expected, "\(text)")
    }
    for (number, expected) in [(0.1, true), (-0.0, true), (Double.infinity, false), (0.3, false), (2, true)] {
      #expect(try value("f IN (0.1, 2, 0, -5, 0.30000000000000004)", ["f": .double(number)]) == expected, "\(number)")
    }
    for (text, expected) in [("2", true), ("2.5", true), ("-2.50", false), ("10", false)] {
      #expect(try value("d IN (100, 2.5, 2.0)", ["d": .text(text)]) == expected, "\(text)")
    }
    #expect(try value("i IN (2.0, j)", ["i": 2, "j": nil]) == true)
    #expect(try value("i IN (3, j)", ["i": 2, "j": 2]) == true)
  }

  @Test("each member of IN is compared as its own type") func membershipOfTypes() throws {
    let midnight: Cell = 1_706_659_200_000_000
    #expect(try value("'2024-01-31' IN (s, t)", ["s": "x", "t": midnight]) == true)
    #expect(try value("'2024-01-31' IN (t, s)", ["s": "2024-01-31", "t": 0]) == true)
    #expect(try value("'2024-01-31' IN (day, s, t)", ["s": "", "t": 0, "day": 19753]) == true)
    #expect(try value("1 IN (i, f, d, b)", ["i": 0, "f": 0.5, "d": "2", "b": true]) == true)
    #expect(try value("5 IN (1, 5.0)") == true)
  }

  @Test func between() throws {
    for (cell, expected) in [(4, false), (5, true), (6, true), (7, true), (8, false), (nil, nil)] as [(Cell, Bool?)] {
      #expect(try value("i BETWEEN 5 AND 7", ["i": cell]) == expected)
      #expect(try value("i NOT BETWEEN 5 AND 7", ["i": cell]) == expected.map { !$0 })
    }
    #expect(try value("i BETWEEN 7 AND 5", ["i": 6]) == false)
    #expect(try value("i BETWEEN 5 AND NULL", ["i": 4]) == false)
    #expect(try value("i BETWEEN 5 AND NULL", ["i": 6]) == nil)
    #expect(try value("i NOT BETWEEN 5 AND NULL", ["i": 4]) == true)
    #expect(try value("6 BETWEEN i AND f", ["i": 5, "f": 6.5]) == true)
  }

  @Test func like() throws {
    #expect(try value("s LIKE 'a_%'", ["s": "abc"]) == true)
    #expect(try value("s LIKE 'a_%'", ["s": "a"]) == false)
    #expect(try value("s NOT LIKE 'A%'", ["s": "abc"]) == true)
    #expect(try value("s LIKE 'a%'", ["s": nil]) == nil)
    #expect(try value("s LIKE NULL", ["s": "a"]) == nil)
    #expect(try value("'abc' LIKE s", ["s": "%c"]) == true)
    #expect(try value("s LIKE :p", ["s": "50%"], parameters: ["p": "5_\\%"]) == true)
    #expect(try value("s LIKE :p", ["s": "7"], parameters: ["p": "7"]) == true)
  }

  @Test("numbers compare by value, whatever their types") func numbers() throws {
    let above: Cell = .integer((1 << 53) + 1)
    #expect(try value("i = f", ["i": above, "f": 0x1p53]) == false)
    #expect(try value("i > f", ["i": above, "f": 0x1p53]) == true)
    #expect(try value("i = 1.0", ["i": 1]) == true)
    #expect(try value("i < 1.5 AND i > 0.5", ["i": 1]) == true)
    #expect(try value("i < 9223372036854775808", ["i": .integer(.max)]) == true)
    #expect(try value("i = 9223372036854775807", ["i": .integer(.max)]) == true)
    #expect(try value("d = 1.5", ["d": "1.50"]) == true)
    #expect(try value("d > 0.1", ["d": "0.10000000000000000000001"]) == true)
    #expect(try value("f = 0.1", ["f": 0.1]) == true)
    #expect(try value("f = :p", ["f": 0.1], parameters: ["p": "0.10"]) == true)
    #expect(try value("f = 0", ["f": -0.0]) == true)
    #expect(try value("f > 1e300", ["f": .double(.nan)]) == true)
    #expect(try value("f = f", ["f": .double(.nan)]) == true)
    #expect(try value("d < f", ["d": "1.5", "f": 1.6]) == true)
    #expect(try value("d = i", ["d": "7.00", "i": 7]) == true)
    let huge = "1" + String(repeating: "0", count: 400)
    #expect(try value("f < \(huge) AND f > -\(huge)", ["f": .double(.greatestFiniteMagnitude)]) == true)
    #expect(try value("1 < 2 AND 1.0 = 1 AND 1e1 = 10 AND 2 > 1.5") == true)
    #expect(try value(":p = '5'", parameters: ["p": "5"]) == true)
  }

  @Test func otherTypes() throws {
    let midnight: Cell = 1_706_659_200_000_000
    #expect(try value("t = '2024-01-31'", ["t": midnight]) == true)
    #expect(try value("t = '2024-01-31T02:00+02'", ["t": midnight]) == true)
    #expect(try value("t > :p", ["t": midnight], parameters: ["p": "2024-01-30 23:59:59.999999"]) == true)
    #expect(try value("day = '2024-01-31'", ["day": 19753]) == true)
    #expect(try value("b = true AND b = 1 AND b <> false", ["b": true]) == true)
    #expect(try value("false < true") == true)
    let uuid = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    #expect(try value("u = '\(uuid.uppercased())'", ["u": .text(uuid)]) == true)
    #expect(try value("y = '\\x61'", ["y": "a"]) == true)
    #expect(try value("s = 'é' AND s > 'z' AND s <> ''", ["s": "é"]) == true)
    #expect(try value("'a' < 'b' AND 'B' < 'a'") == true)
  }

  @Test func aLongConditionRuns() throws {
    let terms = (0..<999).map { "i = \($0)" }.joined(separator: " OR ")
    #expect(try value(terms, ["i": 998]) == true)
    #expect(try value("i IN (\((0..<9999).map(String.init).joined(separator: ", ")))", ["i": 9998]) == true)
  }
}
