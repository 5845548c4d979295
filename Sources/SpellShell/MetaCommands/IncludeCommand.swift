import SpellCore
import SpellTables

/// `\i FILE`: another script, by its path from the working directory.
enum IncludeCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    let path = line.arguments[0]
    let source: SourceText
    do {
      let file = try ByteSource(path: path.text, cancellation: runner.session.cancellation)
      source = SourceText(name: path.text, bytes: try file.readAll())
    } catch let error as SpellError {
      throw error.located(at: line.location(path))
    }
    try runner.runNested(source, at: line.location(path))
  }
}
