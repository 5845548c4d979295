import SpellCore
import Testing

/// The YAML that is taken, and the YAML that is not.
@Suite struct YAMLTests {
  @Test func mergesFillInWhatAMappingLacks() throws {
    let loading = try Loading(
      """
      - &base
        kind: group
        name: a
        entity: e
        owner: me
        features: [f]
      - <<: *base
        name: b
        owner: you
      - {<<: [{owner: first}, *base], name: c}
      """)
    #expect(loading.report == [])
    #expect(loading.catalog.groups.map(\.name) == ["a", "b", "c"])
    #expect(loading.catalog.groups.map(\.owner) == ["me", "you", "first"])
    #expect(loading.catalog.groups.map(\.features.count) == [1, 1, 1])
  }

  @Test func coreTagsAreTakenAndOthersRefused() throws {
    let loading = try Loading(
      """
      kind: !!str group
      name: !!str null
      entity: ! e
      owner: !!null x
      tags: !!seq [!!int 1, !!float 2, !!bool true]
      description: !!binary aGk=
      timezone: !mine UTC
      features: !!map [f]
      """)
    #expect(
      loading.report == [
        "6:14 [!!binary aGk=] refused-tag", "7:11 [!mine UTC] refused-tag", "8:11 [!!map [f]] misplaced-tag",
      ])
    #expect(loading.catalog.groups.first?.name == "null")
    #expect(loading.catalog.groups.first?.tags == ["1", "2", "true"])
    #expect(loading.catalog.groups.first?.owner == nil)
  }

  @Test(arguments: [
    ("kind: entity\nname: a\nname: b\n", ["3:1 [name] duplicate-key"]),
    ("kind: entity\nname: a\n\"name\": b\n", ["3:1 [\"name\"] duplicate-key"]),
    ("kind: entity\nname: a\n[x]: b\n", ["3:1 [[x]] key-not-text"]),
    ("kind: entity\nname: *b\n", ["2:7 [*b] unknown-alias"]),
    ("kind: entity\nname: a\ndescription: &d [*d]\n", ["3:14 [&d [*d]] wrong-shape", "3:18 [*d] alias-cycle"]),
    ("kind: entity\nname: a\n<<: 3\n", ["3:5 [3] merge-of-no-mapping"]),
    ("kind: entity\nname: a\n<<: [3]\n", ["3:6 [3] merge-of-no-mapping"]),
    ("kind: entity\nname: \"a\nb: c\n", ["2:7 [\"] unclosed-quote"]),
    ("kind: entity\nname: 'a\n---\nkind: entity\nname: b.c\n", ["2:7 ['] unclosed-quote", "5:7 [b.c] dot-in-name"]),
    ("kind: entity\nname: a: b\n", ["2:8 [:] yaml-syntax"]),
    ("kind: entity\n\tname: a\n", ["2:1 [\t] yaml-syntax"]),
    (
      "kind: {a: b\n---\n[1, 2\n---\n{kind: entity, nam: a}\n",
      [
        "2:1 [---] yaml-syntax", "4:1 [---] yaml-syntax", "5:16 [nam] unknown-key",
      ]
    ),
    ("kind: entity\nname: a\u{1}b\n", ["2:8 [\u{1}] control-character"]),
    ("kind: entity\nname: größe: b\n", ["2:12 [:] yaml-syntax"]),
  ])
  func problemIsNamedAtItsPlace(_ text: String, _ expected: [String]) throws {
    #expect(try Loading(text).report == expected)
  }

  @Test func keysOfALargeMappingAreWrittenOnce() throws {
    let keys = (1...40).map { "k\($0): x\n" }.joined()
    let report = try Loading("kind: entity\nname: a\n\(keys)k3: y\nk30: y\n").report
    #expect(
      report.filter { $0.hasSuffix(" duplicate-key") } == ["43:1 [k3] duplicate-key", "44:1 [k30] duplicate-key"])
    #expect(report.filter { $0.hasSuffix(" unknown-key") }.count == 40)
  }

  @Test func textThatIsNotUTF8IsRefusedAtItsByte() throws {
    let loading = try Loading(bytes: Array("kind: entity\nname: ä".utf8) + [0xFF, 0x0A])
    #expect(loading.diagnostics.map(\.code) == ["not-utf8"])
    let place = loading.diagnostics.first?.location.map { $0.source.position(of: $0.span.start) }
    #expect(place?.line == 2 && place?.column == 8)
    let wide = try Loading(bytes: [0xFF, 0xFE, 0x6B, 0x00])
    #expect(wide.diagnostics.map(\.code) == ["not-utf8"])
  }

  @Test func byteOrderMarkIsSkipped() throws {
    let loading = try Loading("\u{FEFF}kind: entity\r\nname: a.b\r\n")
    #expect(loading.report == ["2:7 [a.b] dot-in-name"])
  }

  @Test func columnsCountCharactersFarIntoAFile() throws {
    let filler = (0..<400).map { "# \($0) äöü 日本 🙂" }.joined(separator: "\n")
    let loading = try Loading("\(filler)\n{kind: entity, description: 日本語 🙂, nme: größe}\n")
    #expect(loading.report == ["401:36 [nme] unknown-key"])
  }

  @Test func nestingIsLimited() throws {
    func nested(_ levels: Int) -> String {
      // The document is the first level.
      "{kind: entity, name: a, description: " + String(repeating: "[", count: levels - 1)
        + String(repeating: "]", count: levels - 1) + "}\n---\n{kind: entity, name: b.c}\n"
    }
    #expect(try Loading(nested(64)).diagnostics.map(\.code) == ["wrong-shape", "dot-in-name"])
    #expect(try Loading(nested(65)).report == ["1:101 [[] nesting-too-deep", "3:22 [b.c] dot-in-name"])
    #expect(try Loading(nested(100_000)).report == ["1:101 [[] nesting-too-deep", "3:22 [b.c] dot-in-name"])
  }

  @Test func nestingThroughAliasesIsLimited() throws {
    let brackets = (String(repeating: "[", count: 40), String(repeating: "]", count: 40))
    let loading = try Loading(
      "kind: entity\nname: a\nkeys: &k \(brackets.0)\(brackets.1)\ndescription: \(brackets.0)*k\(brackets.1)\n")
    #expect(loading.report == ["4:54 [*k] nesting-too-deep"])
  }

  @Test func aliasBombIsRefused() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(try Loading(text).diagnostics.map(\.code) == ["alias-bomb"])
  }

  @Test func anchorMayBeReusedAndRepeatedProblemsAreSaidOnce() throws {
    let loading = try Loading(
      """
      - {kind: group, name: a, entity: &x e, features: &x [{name: f, tpe: int}]}
      - {kind: group, name: b, entity: e, features: *x}
      """)
    #expect(loading.report == ["1:64 [tpe] unknown-key"])
    #expect(loading.catalog.groups.map(\.features.count) == [1, 1])
  }
}
