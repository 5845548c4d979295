import SpellCore
import SpellExecution
import SpellLanguage
import SpellPlanning

/// CHECK.
extension Session {
  /// The findings are the result, whatever they are. Returns the error with which a script ends before it joins what
  /// cannot be trusted, if there are errors among them.
  func run(_ check: CheckStatement, of statement: Statement, started: Stopwatch) throws -> SpellError? {
    try checkOutput(check.output, source: statement.source)
    let database = try database()
    let context = planningContext(database)
    let plans = try Planner.plans(
      for: check, in: statement.source, limit: check.isDeep ? nil : CheckRunner.limit, context: context)
    let runner = CheckRunner(
      plans: plans, isDeep: check.isDeep, database: database, now: context.now, memory: settings.memory,
      progress: progress)
    let outcome = try runner.run()
    try withSink(check.output, source: statement.source) { try outcome.findings.write(to: $0) }
    if !console.isQuiet {
      console.note(SessionMessages.summary(of: outcome, time: started.text(settings)))
    }
    return outcome.findings.count(of: .error) > 0 ? SessionMessages.failedCheck(outcome.findings) : nil
  }
}
