import SpellCore
import SpellTables

/// `\i FILE`: another script, by its path from the working directory; `\ir FILE`: by its path from the script's folder.
enum IncludeCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    try run(line.arguments[0].text, line, in: runner)
  }

  static func runRelative(_ line: MetaLine, in runner: SessionRunner) throws {
    let (folder, _) = PathParts.split(line.source.name)
    let path = line.arguments[0].text
    // A script from elsewhere than a file (`<stdin>`, `-c`) has no folder but the working directory.
    try run(PathParts.join(folder == "." ? "" : folder, path), line, in: runner)
  }

  private static func run(_ path: String, _ line: MetaLine, in runner: SessionRunner) throws {
    let source: SourceText
    do {
      let file = try ByteSource(path: path, cancellation: runner.session.cancellation)
      source = SourceText(name: path, bytes: try file.readAll())
    } catch let error as SpellError {
      throw error.located(at: line.location(line.arguments[0]))
    }
    runner.session.filesOfRun.append(path)
    try runner.runNested(source, at: line.location(line.arguments[0]))
  }
}
