import Glibc
import SpellCatalog
import SpellCore
import SpellLanguage
import TestSupport
import Testing

@testable import SpellShell

@Suite struct MetaCommandTests {
  /// The metadata of the flights example.
  private func catalog() throws -> Catalog {
    let loaded = CatalogLoader.load(
      paths: ["\(Checkout.root)/examples/flights/metadata.yml"], environment: { _ in nil })
    try #require(!loaded.hasErrors)
    return loaded.catalog
  }

  /// Lines of a text on a terminal of 80 columns.
  private func screenLines(_ text: String) -> Int {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().reduce(0) { lines, line in
      lines + max(1, (DisplayWidth.cells(of: String(line)) + 79) / 80)
    }
  }

  @Test func namesAreDistinctAndCommandsAreListed() {
    let names = MetaCommands.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0 == $0.lowercased() && !$0.isEmpty })
    for command in MetaCommands.all {
      #expect(ListCommand.text.contains("  \\\(command.name) "))
      #expect(ListCommand.text.contains(command.help))
      #expect(!command.help.contains("\n"))
    }
  }

  @Test func theListFitsOneScreen() {
    // The prompt takes the last line.
    #expect(screenLines(ListCommand.text) <= 23)
    #expect(ListCommand.text.split(separator: "\n").allSatisfy { DisplayWidth.cells(of: String($0)) <= 80 })
  }

  /// A new kind of statement does not compile here until it has a name, and `\h` must know that.
  private func head(_ body: StatementBody) -> String {
    switch body {
    case .select: "SELECT"
    case .show: "SHOW"
    case .describe: "DESCRIBE"
    case .explain: "EXPLAIN"
    case .profile: "PROFILE"
    case .check: "CHECK"
    case .showSQL: "SHOW"
    case .importRows: "IMPORT"
    case .set: "SET"
    }
  }

  @Test func everyStatementHasHelpWithSoundExamples() throws {
    let catalog = try catalog()
    let heads = ["SELECT", "SHOW", "DESCRIBE", "EXPLAIN", "PROFILE", "CHECK", "IMPORT", "SET"]
    #expect(StatementHelp.all.map(\.name) == heads)
    for help in StatementHelp.all {
      let text = HelpCommand.text(help, catalog: catalog)
      #expect(screenLines(text) <= 23, "\(help.name)")
      #expect(help.grammar.hasPrefix(help.name))
      #expect(help.grammar.split(separator: "\n").allSatisfy { DisplayWidth.cells(of: String($0)) <= 80 })
      let examples = help.examples(catalog)
      #expect(!examples.isEmpty)
      for example in examples {
        let script = Parser.parse(SourceText(name: "example", text: example))
        #expect(script.diagnostics.isEmpty, "\(example)")
        #expect(script.statements.map { head($0.body) } == [help.name], "\(example)")
      }
    }
  }

  @Test func examplesTakeNamesThatNeedQuotes() throws {
    var catalog = try catalog()
    catalog.groups = [catalog.groups[0]]
    catalog.groups[0].name = "odd name"
    catalog.groups[0].features[0].name = "where"
    let select = try #require(StatementHelp.all.first)
    #expect(select.examples(catalog).first == "SELECT FEATURES \"odd name\".\"where\", \"odd name\".dewp LIMIT 5;")
    for help in StatementHelp.all {
      for example in help.examples(catalog) {
        #expect(Parser.parse(SourceText(name: "example", text: example)).diagnostics.isEmpty, "\(example)")
      }
    }
  }

  @Test func helpWithoutMetadataSaysSo() {
    let empty = CatalogLoader.load(paths: []) { _ in nil }.catalog
    for help in StatementHelp.all where help.examples(empty).isEmpty {
      #expect(HelpCommand.text(help, catalog: empty).contains("declares no group"))
    }
    #expect(StatementHelp.all.count { $0.examples(empty).isEmpty } == 5)
  }

  @Test func theStartFileIsInTheFolderOfConfigurations() throws {
    let folder = try TemporaryFolder()
    func path(_ environment: [String: String]) -> String? { StartFile.path { environment[$0] } }
    #expect(path(["HOME": folder.path]) == nil)
    #expect(mkdir(folder.file(".config"), 0o700) == 0)
    #expect(mkdir(folder.file(".config/spellbook"), 0o700) == 0)
    let file = try folder.write(".config/spellbook/rc", "")
    #expect(path(["HOME": folder.path]) == file)
    #expect(path(["HOME": folder.path, "XDG_CONFIG_HOME": ""]) == file)
    #expect(path(["HOME": folder.path, "XDG_CONFIG_HOME": "relative"]) == file)
    #expect(path(["HOME": folder.path, "XDG_CONFIG_HOME": folder.file("other")]) == nil)
    #expect(path(["XDG_CONFIG_HOME": folder.file(".config")]) == file)
    #expect(path([:]) == nil)
  }
}
