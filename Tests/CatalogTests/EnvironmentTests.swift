import SpellCore
import Testing

@testable import SpellCatalog

/// `${…}` in scalars.
@Suite struct EnvironmentTests {
  static let variables = ["A": "one", "EMPTY": "", "NESTED": "${A}", "null": "x"]

  @Test(arguments: [
    ("${A}", "one"), ("x${A}y${A}", "xoney" + "one"), ("${A:-d}", "one"), ("${B:-d}", "d"), ("${B:-}", ""),
    ("${EMPTY:-d}", "d"), ("[${EMPTY}]", "[]"), ("$${A}", "${A}"), ("$$${A}", "$${A}"), ("$${", "${"), ("$A $", "$A $"),
    ("${NESTED}", "${A}"), ("${B:-a:-b}", "a:-b"), ("${B:-é}", "é"), ("a}b", "a}b"), ("$", "$"), ("", ""),
  ])
  func referenceIsReplaced(_ text: String, _ expected: String) {
    let result = EnvironmentSubstitution.replace(text) { Self.variables[$0] }
    #expect(result.text == expected)
    #expect(result.failures.isEmpty)
  }

  @Test(arguments: [
    ("${B}", EnvironmentSubstitution.Problem.missing(name: "B")), ("a${A", .unclosed), ("${", .unclosed),
    ("${}", .malformed), ("${1A}", .malformed), ("${A-b}", .malformed), ("${A }", .malformed), ("${A:b}", .malformed),
  ])
  func referenceIsRefused(_ text: String, _ problem: EnvironmentSubstitution.Problem) {
    #expect(EnvironmentSubstitution.replace(text) { Self.variables[$0] }.failures.map(\.problem) == [problem])
  }

  @Test func failuresAreMarkedWhereTheyStand() throws {
    let loading = try Loading(
      """
      kind: group
      name: ${A}
      entity: "$${é} ${MISSING} ${ALSO}"
      description: 'x ${A'
      owner: ${EMPTY}
      tags: ["${NO-NAME}", "a ${A}"]
      ${KEY}: 1
      features: [f]
      """, environment: Self.variables)
    #expect(
      loading.report
        == [
          "3:16 [${MISSING}] missing-variable", "3:27 [${ALSO}] missing-variable", "4:17 [${A] unclosed-reference",
          "6:9 [${NO-NAME}] malformed-reference", "7:1 [${KEY}] missing-variable",
        ])
    #expect(loading.catalog.groups.first?.name == "one")
    #expect(loading.catalog.groups.first?.owner == "")
  }

  @Test func referenceThatBreaksAFlowMappingIsExplained() throws {
    let loading = try Loading("{kind: engine, url: ${URL}}", environment: ["URL": "a.db"])
    #expect(loading.report == ["1:22 [{URL}}] yaml-syntax"])
    #expect(loading.diagnostics.first?.help?.contains("in quotes") == true)
  }

  @Test func replacedTextIsNeverNull() throws {
    let loading = try Loading("{kind: entity, name: '${N}'}", environment: ["N": "null"])
    #expect(loading.report == [])
    #expect(loading.catalog.entities.map(\.name) == ["null"])
  }
}
