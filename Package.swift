// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 mode with strict concurrency comes with the tools version. A warning is an error everywhere, so that what
/// passes on a desk passes in CI.
let settings: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A module of the house. The arrows are drawn in `Sources/ARCHITECTURE.md` and checked by `TidyTests`.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: settings)
}

let package = Package(
  name: "spellbook",
  products: [
    .library(name: "Spellbook", targets: ["Spellbook"]),
    .executable(name: "spellbook", targets: ["SpellbookCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // C libraries and shims.
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    // Neither linked nor asked of pkg-config: libpq is loaded when it is first needed, and so is libedit below.
    .systemLibrary(name: "CPostgres", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CMemory"),
    .target(name: "CEditline"),

    // The house, in the order in which data flows.
    room("SpellCore", []),
    room("SpellLanguage", ["SpellCore"]),
    room("SpellCatalog", ["SpellCore", "CYAML"]),
    room("SpellTables", ["SpellCore"]),
    room("SpellPlanning", ["SpellCore", "SpellLanguage", "SpellCatalog", "SpellTables"]),
    room("SpellDatabases", ["SpellCore", "SpellTables", "CSQLite", "CPostgres"]),
    room("SpellExecution", ["SpellCore", "SpellTables", "SpellPlanning", "SpellDatabases", "CMemory"]),
    room(
      "Spellbook",
      [
        "SpellCore", "SpellLanguage", "SpellCatalog", "SpellTables", "SpellPlanning", "SpellDatabases",
        "SpellExecution",
      ]),
    room("SpellShell", ["SpellCore", "SpellLanguage", "SpellCatalog", "SpellTables", "Spellbook", "CEditline"]),
    .executableTarget(
      name: "SpellbookCLI",
      dependencies: [
        "SpellCore", "Spellbook", "SpellShell", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: settings),

    // Tests, and what they share.
    .target(name: "CPty", path: "Tests/CPty", linkerSettings: [.linkedLibrary("util")]),
    .target(
      name: "TestSupport", dependencies: ["CSQLite", "CPostgres", "CPty"], path: "Tests/Support",
      swiftSettings: settings),
    tests("CoreTests", ["SpellCore"]),
    tests("LanguageTests", ["SpellCore", "SpellLanguage"]),
    tests("CatalogTests", ["SpellCore", "SpellCatalog"]),
    tests("TablesTests", ["SpellCore", "SpellTables"]),
    tests("PlanningTests", ["SpellCore", "SpellLanguage", "SpellCatalog", "SpellPlanning", "SpellDatabases"]),
    tests("DatabasesTests", ["SpellDatabases", "CSQLite"]),
    tests("LibraryTests", ["Spellbook"]),
    tests(
      "ExecutionTests",
      [
        "SpellCore", "SpellLanguage", "SpellCatalog", "SpellTables", "SpellPlanning", "SpellDatabases",
        "SpellExecution",
      ]),
    tests("TidyTests", []),
    tests("GoldenTests", ["SpellbookCLI"]),
    tests("CommandTests", ["SpellbookCLI"]),
    tests("OracleTests", ["SpellbookCLI"]),
    tests("TrapTests", ["SpellbookCLI"]),
    tests("ServerTests", ["SpellbookCLI"]),
    .executableTarget(
      name: "shell-probe", dependencies: ["SpellShell"], path: "Tests/ShellProbe", swiftSettings: settings),
    .executableTarget(
      name: "fuzz-probe",
      dependencies: [
        "SpellCore", "SpellLanguage", "SpellCatalog", "SpellTables", "SpellDatabases", "Spellbook", "SpellShell",
        "TestSupport",
      ], path: "Tests/FuzzProbe", exclude: ["Corpus"], swiftSettings: settings),
    // The tests compile it for the programs that they run: linked, it would be their own calls that fail.
    tests("FaultTests", ["SpellbookCLI"], exclude: ["faults.c"]),
    tests("FuzzTests", ["fuzz-probe"]),
    tests("ShellTests", ["SpellShell", "shell-probe", "SpellbookCLI", "CSQLite"]),
  ]
)
