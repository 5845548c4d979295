import TestSupport
import Testing

/// Every file is in the room where a newcomer looks for it.
@Suite struct LayoutTests {
  static let topLevel: Set<String> = ["Package.swift", "Sources", "Tests", "scripts", "README.md", "examples"]
  /// Written by the build, and ignored by git.
  static let generated: Set<String> = ["Package.resolved"]
  /// The folder of `Tests` that holds files for tests, and no code.
  static let golden = "Golden"

  @Test func topLevelIsFixed() {
    let found = Set(Checkout.names(in: ".").filter { !$0.hasPrefix(".") })
    #expect(found.subtracting(Self.generated) == Self.topLevel)
  }

  @Test func everyTestFolderIsATarget() throws {
    let manifest = try Checkout.text("Package.swift")
    for folder in Checkout.names(in: "Tests") where folder != Self.golden {
      #expect(Checkout.isFolder("Tests/\(folder)"), "Tests/\(folder) is not in a folder of a target")
      let isTarget = manifest.contains("\"\(folder)\"") || manifest.contains("\"Tests/\(folder)\"")
      #expect(isTarget, "Package.swift has no target \(folder)")
    }
  }

  @Test func everySwiftFileOfTestsIsInATarget() {
    for path in Checkout.files(under: "Tests/\(Self.golden)") {
      #expect(!path.hasSuffix(".swift"), "\(path) is never compiled")
    }
  }

  @Test func everyScriptSaysWhatItIs() throws {
    // A folder holds the parts of a script that are not shell.
    let entries = Checkout.names(in: "scripts").map { "scripts/\($0)" }
    let scripts = entries.filter { !Checkout.isFolder($0) } + [".ci/run"]
    #expect(scripts.count > 1)
    for path in scripts {
      let lines = try Checkout.lines(path)
      #expect(lines.first == "#!/usr/bin/env bash", "\(path) does not begin with the shell")
      #expect(lines.dropFirst().first?.hasPrefix("# ") == true, "\(path) does not say what it does")
      #expect(lines.contains("set -euo pipefail"), "\(path) goes on after an error")
      #expect(Checkout.isExecutable(path), "\(path) is not executable")
    }
  }
}
