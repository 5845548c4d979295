import SpellCatalog
import SpellCore
import SpellDatabases
import SpellExecution
import SpellLanguage
import SpellPlanning

/// DESCRIBE.
extension Session {
  /// Tables of more rows are not read for it.
  private static let readRows = 1_000_000

  /// What the metadata says, and what the database does, if it can be asked.
  func run(_ describe: DescribeStatement, of statement: Statement) throws {
    let table = try DescribeTable(catalog: catalog, look: look).table(describe, source: statement.source)
    display.rowCount = table.rows.count
    try withSink(OutputClause(), source: statement.source) { try table.write(to: $0) }
  }

  /// Nil, and a note, where the database cannot be asked: the definition stands without it.
  private func look(_ group: Group, _ features: [Feature]) throws -> StoredDescription? {
    do {
      let database = try database()
      guard let facts = try database.facts(of: group.source) else {
        noteUnasked("it has no table `\(group.tableText)`")
        return nil
      }
      return try description(of: group, features, facts, in: database)
    } catch let error as DatabaseError where error.kind != .interrupted {
      noteUnasked(error.message)
    } catch let error as SpellError where error.kind != .interrupted {
      noteUnasked(error.diagnostics.first?.message ?? "")
    }
    return nil
  }

  private func noteUnasked(_ reason: String) {
    if !console.isQuiet { console.note("note: the database tells nothing of it: \(VisibleText.escaped(reason))\n") }
  }

  /// With what the rows show, where they are few enough to be read for it.
  private func description(
    of group: Group, _ features: [Feature], _ facts: TableFacts, in database: any Database
  ) throws -> StoredDescription {
    guard !features.isEmpty, let rows = facts.estimatedRows, rows <= Session.readRows else {
      return StoredDescription(facts: facts)
    }
    let items = features.map { SelectItem(subject: .feature(group: Name(group.name), feature: Name($0.name))) }
    let profile = ProfileStatement(items: items)
    let source = SourceText(name: "DESCRIBE", text: StatementPrinter.text(.profile(profile)))
    var context = planningContext(database)
    context.facts = { _ in [group.source: facts] }
    let plans = try Planner.plans(for: profile, in: source, context: context)
    let found = try ProfileRunner(
      plans: plans, database: database, zone: settings.zone, now: context.now, cancellation: cancellation,
      progress: progress
    ).run().groups[0]
    let columns = found.columns.filter { $0.role == .feature }
    let distributions = columns.compactMap { column in column.distribution.map { (column.name, $0) } }
    return StoredDescription(
      facts: facts, lastEvent: found.lastEvent,
      distributions: Dictionary(distributions, uniquingKeysWith: { first, _ in first }))
  }
}
