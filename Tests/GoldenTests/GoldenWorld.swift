import TestSupport

/// A fresh copy of a folder of `Tests/Golden/worlds`: metadata, CSV files, and a database on each engine, made by its
/// `world.sql` or, with the types of a server, its `world.server.sql`.
final class GoldenWorld {
  let folder: TemporaryFolder
  private(set) var engines: [(engine: TestEngine, url: String)] = []

  init(_ name: String, on wanted: [TestEngine] = TestEngine.allCases) throws {
    let source = "\(GoldenCase.folder)/worlds/\(name)"
    guard Checkout.isFolder(source) else { throw GoldenCase.Malformed(description: "there is no world \(name)") }
    folder = try TemporaryFolder()
    for file in Checkout.names(in: source) where !file.hasSuffix(".sql") {
      try folder.write(file, Checkout.text("\(source)/\(file)"))
    }
    for (script, engines) in [("world.sql", [.sqlite]), ("world.server.sql", [.postgresql, .standby])]
      as [(String, [TestEngine])]
    {
      let text = try Checkout.text("\(source)/\(script)")
      let engines = engines.filter { wanted.contains($0) }
      if engines.isEmpty { continue }
      self.engines += try TestEngine.make("world.db", in: folder, script: text, on: engines)
    }
  }

  /// Runs a script with the world's metadata.
  func run(_ script: String, named fileName: String, url: String, _ options: [String]) throws -> CommandRun {
    try folder.write(fileName, script)
    return try Spellbook.run(
      ["--metadata", "metadata.yml", "--engine", url, "-f", fileName, "--format", "csv"] + options, in: folder,
      environment: ["HOME": folder.path, "LC_ALL": "C.UTF-8"])
  }

  /// A text in which the world's own path, which differs from run to run, is a dot.
  func neutral(_ text: String) -> String {
    let ended = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    return ended.split(separator: folder.path, omittingEmptySubsequences: false).joined(separator: ".")
  }
}
