import SpellCore
import SpellTables
import TestSupport
import Testing

@Suite struct JSONNodeTests {
  private func text(_ node: JSONNode) throws -> String {
    let target = MemoryTarget()
    try node.write(to: target)
    return String(decoding: target.bytes, as: UTF8.self)
  }

  @Test func floatsThatAreNoNumbersOfJSONAreTexts() throws {
    let floats = JSONNode.array([.float(.nan), .float(.infinity), .float(-.infinity), .float(-0.0)])
    #expect(try text(floats) == "[\"NaN\", \"Infinity\", \"-Infinity\", -0.0]\n")
  }

  @Test func whatIsFlatStandsOnOneLine() throws {
    let document = JSONNode.object([
      ("name", .text("a\"b\n")), ("numbers", .array([.int(-1), .float(0.5), .float(2)])), ("none", .array([])),
      ("nested", .array([.object([("yes", .bool(true)), ("no", .null)]), .object([])])),
    ])
    let expected = """
      {
        "name": "a\\"b\\n",
        "numbers": [-1, 0.5, 2.0],
        "none": [],
        "nested": [
          {"yes": true, "no": null},
          {}
        ]
      }

      """
    #expect(try text(document) == expected)
    #expect(try JSONValue(text(document))?["nested"]?.items.first?["yes"] == .bool(true))
    #expect(try text(.object([])) == "{}\n")
  }
}
