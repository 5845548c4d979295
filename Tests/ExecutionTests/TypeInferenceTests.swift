import SpellCore
import Testing

@testable import SpellExecution

@Suite struct TypeInferenceTests {
  @Test(
    arguments: [
      ([], nil), (["1"], .int), (["0"], .int), (["-0"], .int), (["-12", "7"], .int), (["9223372036854775807"], .int),
      (["-9223372036854775808"], .int), (["1", "2.5"], .float),
      (["2.5", "1"], .float), (["0.5", "-0.5", ".5", "5."], .float), (["1e3"], .float),
      (["inf", "-inf", "nan"], .float),
      (["1", "x"], .str), (["x", "1"], .str), (["2.5", "x"], .str), ([""], .str), (["1", ""], .str), ([" 1"], .str),
      (["+1"], .str), (["1,5"], .str), (["0x10"], .str), (["true"], .str), (["2024-01-31"], .str), (["NA"], .str),
      (["1e999"], .str), (["-"], .str), (["."], .str), (["1_000"], .str), (["٣"], .str),
      // No float keeps the digits of such a number.
      (["9223372036854775808"], .str), (["1.5", "-9223372036854775809"], .str), (["1e300", "1"], .float),
      // A leading zero makes it text, so that no code loses it.
      (["007"], .str), (["1", "007"], .str), (["-01"], .str), (["00"], .str), (["00.5"], .str), (["01e2"], .str),
      (["0", "0.0", "0e5"], .float),
    ] as [([String], ValueType?)])
  func types(texts: [String], type: ValueType?) {
    var inference = TypeInference()
    for text in texts { withBytes(of: text) { inference.look(at: $0) } }
    #expect(inference.type == type)
  }
}
