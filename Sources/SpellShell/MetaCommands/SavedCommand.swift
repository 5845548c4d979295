import SpellCore
import SpellTables
import Spellbook

/// `\saved`: the queries of the project and of the user.
enum SavedCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    let queries = runner.savedQueries
    var rows: [[String]] = []
    for name in queries.names {
      do {
        let query = try queries.query(name, at: line.location(line.name))
        runner.session.console.show(query.diagnostics)
        let parameters = query.parameters.map(SavedQueryMessages.text).joined(separator: ", ")
        rows.append([name, query.owner.rawValue, parameters, query.description])
      } catch let error as SpellError {
        // One that cannot be read does not hide the others.
        runner.session.console.show(error.diagnostics)
      }
    }
    try runner.session.showTable(columns: ["name", "owner", "parameters", "description"], rows: rows)
  }
}
