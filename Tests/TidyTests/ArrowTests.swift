import TestSupport
import Testing

/// Modules import what the drawing in `Sources/ARCHITECTURE.md` lets them import, and nothing else.
@Suite struct ArrowTests {
  /// What each module may import besides `Glibc`, `Synchronization` and `SpellCore`.
  static let arrows: [String: Set<String>] = [
    "SpellCore": [],
    "SpellLanguage": [],
    "SpellCatalog": ["CYAML"],
    "SpellTables": [],
    "SpellPlanning": ["SpellLanguage", "SpellCatalog", "SpellTables"],
    "SpellDatabases": ["SpellTables", "CSQLite", "CPostgres"],
    "SpellExecution": ["SpellPlanning", "SpellDatabases", "SpellTables", "CMemory"],
    "Spellbook": [
      "SpellLanguage", "SpellCatalog", "SpellTables", "SpellPlanning", "SpellDatabases", "SpellExecution",
    ],
    "SpellShell": ["Spellbook", "SpellLanguage", "SpellCatalog", "SpellTables", "CEditline"],
    "SpellbookCLI": ["Spellbook", "SpellShell", "ArgumentParser"],
  ]
  static let cTargets: Set<String> = ["CSQLite", "CPostgres", "CYAML", "CMemory", "CEditline"]

  @Test func everyModuleIsDrawn() {
    for folder in Checkout.names(in: "Sources") where Checkout.isFolder("Sources/\(folder)") {
      #expect(
        Self.arrows[folder] != nil || Self.cTargets.contains(folder), "Sources/\(folder) is not in the drawing")
    }
  }

  @Test(arguments: arrows.keys.sorted()) func importsFollowTheArrows(module: String) throws {
    var allowed = try #require(Self.arrows[module]).union(["Glibc", "Synchronization"])
    if module != "SpellCore" { allowed.insert("SpellCore") }
    for path in Checkout.sources where path.hasPrefix("Sources/\(module)/") {
      for name in importedModules(try Checkout.lines(path)) {
        #expect(allowed.contains(name), "\(path) imports \(name), which is no arrow of \(module)")
      }
    }
  }

  @Test func nothingImportsFoundation() throws {
    for path in Checkout.swiftFiles {
      let names = importedModules(try Checkout.lines(path))
      #expect(!names.contains { $0.hasPrefix("Foundation") }, "\(path) imports Foundation")
    }
  }

  @Test func importsAreFoundInEveryForm() {
    let text: [Substring] = [
      "// import Comment", "", "import A", "@testable import B", "package import struct C.Name", "#if os(Linux)",
      "import D.Part", "#endif", "let text = \"\"\"", "import Prose",
    ]
    #expect(importedModules(text) == ["A", "B", "C", "D"])
  }
}

/// The modules that a file imports: from its head, since prose in a string may begin with the word too.
private func importedModules(_ lines: [Substring]) -> [String] {
  let accesses: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
  let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]
  var result: [String] = []
  for line in lines.lazy.map(\.withoutComment.trimmed) where !line.isEmpty && !line.hasPrefix("#") {
    let words = line.split(separator: " ").drop { $0.hasPrefix("@") || accesses.contains($0) }
    guard words.first == "import" else { break }
    guard let path = words.dropFirst().drop(while: { kinds.contains($0) }).first else { continue }
    result.append(String(path.prefix { $0 != "." }))
  }
  return result
}
