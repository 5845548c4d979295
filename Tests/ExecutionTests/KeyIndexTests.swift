import SpellCore
import SpellTables
import TestSupport
import Testing

@testable import SpellExecution

@Suite struct KeyIndexTests {
  /// Ids of keys, which are found or inserted.
  private func ids(
    _ index: KeyIndex, _ rows: [[Cell]], inserting: Bool = true, startIndex: Int = 0
  ) -> [Int32] {
    // Keys may stand anywhere in a batch.
    let columns =
      Array(repeating: Column(type: .bool, capacity: rows.count), count: startIndex)
      + RowBatch(types: index.types, rows: rows).columns
    var ids = [Int32](repeating: -7, count: rows.count)
    ids.withUnsafeMutableBufferPointer { ids in
      guard let base = ids.baseAddress else { return }
      if inserting {
        index.insert(columns[startIndex...], count: rows.count, ids: base)
      } else {
        index.find(columns[startIndex...], count: rows.count, ids: base)
      }
    }
    return ids
  }

  private func written(_ index: KeyIndex) -> [[String]] {
    let columns = index.types.map { Column(type: $0, capacity: max(1, index.count)) }
    for id in 0..<index.count { index.write(id, to: columns[...], row: id) }
    return (0..<index.count).map { id in columns.map { $0.text(id) } }
  }

  @Test func idsAreDenseInOrderOfAppearance() {
    let index = KeyIndex(types: [.int])
    #expect(
      ids(index, [[7], [.integer(.min)], [7], [nil], [0], [.invalid("x")], [.integer(.max)]]) == [
        0, 1, 0, -1, 2, -1, 3,
      ])
    #expect(ids(index, [[5], [0], [nil], [.integer(.min)]], inserting: false) == [-1, 2, -1, 1])
    #expect(index.count == 4)
    #expect(ids(index, [[-1]]) == [4])
    #expect(written(index) == [["7"], ["-9223372036854775808"], ["0"], ["9223372036854775807"], ["-1"]])
  }

  @Test("whether they lie together or far apart", arguments: [3000, 60_000, Int.max, -5])
  func manyNumbers(spread: Int) {
    var random = SeededRandom(seed: 8)
    let index = KeyIndex(types: [.int])
    var expected: [Int64: Int32] = [:]
    for round in 0..<40 {
      // The later ones lie elsewhere.
      let base = spread < 0 ? Int64(round) << 40 : Int64(round / 10 * 1000)
      let keys = (0..<300).map { _ in base &+ Int64(random.below(abs(spread))) }
      let known = keys.map { expected[$0] ?? -1 }
      #expect(ids(index, keys.map { [.integer($0)] }, inserting: false) == known)
      for key in keys where expected[key] == nil { expected[key] = Int32(expected.count) }
      #expect(ids(index, keys.map { [.integer($0)] }) == keys.map { expected[$0] ?? -1 })
    }
    #expect(index.count == expected.count)
  }

  @Test func textIsComparedByItsBytes() {
    let index = KeyIndex(types: [.str])
    let rows: [[Cell]] = [[""], ["a"], ["A"], ["a "], ["é"], ["e\u{301}"], ["a\u{0}"], ["a"], [""], [nil]]
    #expect(ids(index, rows) == [0, 1, 2, 3, 4, 5, 6, 1, 0, -1])
    #expect(ids(index, rows, inserting: false, startIndex: 2) == [0, 1, 2, 3, 4, 5, 6, 1, 0, -1])
  }

  @Test("tuples never run into each other")
  func compositeText() {
    let index = KeyIndex(types: [.str, .str])
    let rows: [[Cell]] = [
      ["1", "11"], ["11", "1"], ["111", ""], ["", "111"], ["", ""], ["1", "1"], ["1\u{0}", "1"], ["1", "\u{0}1"],
      ["a,b", "c"], ["a", "b,c"], [nil, "1"], ["1", nil], [nil, nil], [.invalid("1"), "1"],
    ]
    let expected: [Int32] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1, -1]
    #expect(ids(index, rows) == expected)
    #expect(ids(index, rows, inserting: false, startIndex: 3) == expected)
    #expect(written(index)[0] == ["1", "11"] && written(index)[9] == ["a", "b,c"])
    #expect(index.text(1) == "(11, 1)")
  }

  @Test func everyTypeTakesPartInATuple() {
    let types: [ValueType] = [.int, .float, .decimal, .str, .bool, .datetime, .date, .uuid, .bytes]
    let index = KeyIndex(types: types)
    let row: [Cell] = [1, 1.5, "1.50", "x", true, 1_706_659_200_000_000, 19753, "u", "\u{1}"]
    var rows = [row]
    for (position, other) in ([2, 2.5, "1.51", "y", false, 0, 0, "v", "\u{2}"] as [Cell]).enumerated() {
      rows.append(row)
      rows[rows.count - 1][position] = other
    }
    #expect(ids(index, rows + rows) == (Array(0..<10) + Array(0..<10)))
    #expect(
      written(index)[0] == ["1", "1.5", "1.5", "x", "true", "2024-01-31 00:00:00+00:00", "2024-01-31", "u", "\\x01"])
    #expect(index.text(9).hasSuffix("u, \\x02)"))
  }

  @Test("the two zeros are one key, and NaN is none")
  func floats() {
    for types in [[ValueType.float], [.float, .int]] {
      let index = KeyIndex(types: types)
      let values: [Cell] = [0.0, -0.0, .double(.nan), .double(.infinity), .double(-.infinity), 5.5, nil, -5.5]
      let rows = values.map { types.count == 1 ? [$0] : [$0, 1] }
      #expect(ids(index, rows) == [0, 0, -1, 1, 2, 3, -1, 4])
      #expect(ids(index, rows, inserting: false) == [0, 0, -1, 1, 2, 3, -1, 4])
      #expect(written(index).map { $0[0] } == ["0.0", "inf", "-inf", "5.5", "-5.5"])
    }
  }

  @Test("decimals are keys by value")
  func decimals() {
    for types in [[ValueType.decimal], [.decimal, .str]] {
      let index = KeyIndex(types: types)
      let texts = ["1", "1.0", "1.00", "0", "0.00", "10", "100", "-1.50", "-1.5", "0.10", "0.1", "1.01"]
      let rows = texts.map { types.count == 1 ? [Cell.text($0)] : [.text($0), ""] }
      #expect(ids(index, rows) == [0, 0, 0, 1, 1, 2, 3, 4, 4, 5, 5, 6])
      #expect(written(index).map { $0[0] } == ["1", "0", "10", "100", "-1.5", "0.1", "1.01"])
    }
  }

  @Test("growth keeps every key", arguments: [[ValueType.int], [.str], [.int, .str]])
  func growth(types: [ValueType]) {
    let index = KeyIndex(types: types)
    let count = 120_000
    func row(_ number: Int) -> [Cell] {
      // Multiples of a high power of two, which a poor hash would put into one place.
      let integer = Cell.integer(Int64(number) &* (1 << 40))
      let text = Cell.text("key-\(number)")
      return types == [.int] ? [integer] : types == [.str] ? [text] : [integer, text]
    }
    for start in stride(from: 0, to: count, by: 4000) {
      let found = ids(index, (start..<(start + 4000)).map(row))
      #expect(found == (Int32(start)..<Int32(start + 4000)).map { $0 })
    }
    #expect(index.count == count)
    var random = SeededRandom(seed: 5)
    let asked = (0..<5000).map { _ in random.below(2 * count) }
    #expect(ids(index, asked.map(row), inserting: false) == asked.map { $0 < count ? Int32($0) : -1 })
    let columns = types.map { Column(type: $0, capacity: 1) }
    for id in [0, 1, 1023, 1024, 65_535, count - 1] {
      index.write(id, to: columns[...], row: 0)
      let expected = RowBatch(types: types, rows: [row(id)]).columns.map { $0.text(0) }
      #expect(columns.map { $0.text(0) } == expected)
    }
  }

  @Test func anEmptyIndexFindsNothing() {
    #expect(ids(KeyIndex(types: [.int]), [[0], [-1]], inserting: false) == [-1, -1])
    #expect(ids(KeyIndex(types: [.str]), [[""], ["a"]], inserting: false) == [-1, -1])
    #expect(ids(KeyIndex(types: [.str]), []) == [])
  }
}
