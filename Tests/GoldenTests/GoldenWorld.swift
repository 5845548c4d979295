import TestSupport

/// A fresh copy of a folder of `Tests/Golden/worlds`: metadata, CSV files, and a database made by its `world.sql`.
final class GoldenWorld {
  let folder: TemporaryFolder

  init(_ name: String) throws {
    let source = "\(GoldenCase.folder)/worlds/\(name)"
    guard Checkout.isFolder(source) else { throw GoldenCase.Malformed(description: "there is no world \(name)") }
    folder = try TemporaryFolder()
    for file in Checkout.names(in: source) where file != "world.sql" {
      try folder.write(file, Checkout.text("\(source)/\(file)"))
    }
    if Checkout.names(in: source).contains("world.sql") {
      try SQLiteFixture.make(folder.file("world.db"), Checkout.text("\(source)/world.sql"))
    }
  }

  /// Runs a script with the world's metadata.
  func run(_ script: String, named fileName: String, _ options: [String]) throws -> CommandRun {
    try folder.write(fileName, script)
    return try Spellbook.run(
      ["--metadata", "metadata.yml", "-f", fileName, "--format", "csv"] + options, in: folder,
      environment: ["HOME": folder.path, "LC_ALL": "C.UTF-8"])
  }

  /// A text in which the world's own path, which differs from run to run, is a dot.
  func neutral(_ text: String) -> String {
    let ended = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    return ended.split(separator: folder.path, omittingEmptySubsequences: false).joined(separator: ".")
  }
}
