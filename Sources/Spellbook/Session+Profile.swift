import SpellCore
import SpellDatabases
import SpellExecution
import SpellLanguage
import SpellPlanning
import SpellTables

/// PROFILE.
extension Session {
  /// As JSON a document of its own, as HTML a page; else a table.
  func run(_ profile: ProfileStatement, of statement: Statement, started: Stopwatch) throws {
    let source = statement.source
    try checkOutput(profile.output, source: source)
    let database = try database()
    let context = planningContext(database)
    let plans = try Planner.plans(for: profile, in: source, context: context)
    let runner = ProfileRunner(
      plans: plans, database: database, zone: settings.zone, now: context.now, cancellation: cancellation,
      progress: progress)
    let found = try runner.run()
    let format = try effectiveFormat(profile.output, source: source)
    switch format.name {
    case "json" where collector == nil: try write(to: profile.output) { try found.writeJSON(to: $0) }
    case "html" where collector == nil: try write(to: profile.output) { try ProfilePage.write(found, to: $0) }
    default:
      let table = found.table(isForPeople: format.isForPeople && collector == nil)
      try withSink(profile.output, source: source) { try table.write(to: $0) }
    }
    display.rowCount = found.groups.reduce(0) { $0 + $1.columns.count }
    display.summary = found.groups.map { "\($0.summary)\n" }.joined()
    if !console.isQuiet { console.note(display.summary) }
  }
}
