import CPostgres
import SpellCore
import SpellTables

/// A database of a PostgreSQL server, or of an engine that speaks its protocol. Needs no right but SELECT, and nothing
/// that a hot standby refuses. Every read runs in a transaction that is read-only, sees one state of the database and
/// has its own settings, so that neither the server's defaults nor a pooler's other users matter.
package final class PostgresDatabase: Database {
  package let label: String
  package let dialectName = "postgresql"
  package let isWritable: Bool
  package var server: ServerFacts? { abilities.server }
  package var staleness: Int64?

  /// Fewer rows are read sooner than another connection is made.
  private static let rowsForHelpers = 200_000
  /// Bytes of parameters that are sent ahead: no more than systems take while the server is still at the first of the
  /// statements. A client that waited to send the rest could not read the rows of that one.
  private static let mostBytesAhead = 1 << 16

  private let conninfo: String
  private let cancellation: Cancellation
  private var connection: PostgresConnection
  private var abilities = PostgresAbilities()
  private var isInSnapshot = false
  /// Further connections that see the running snapshot; nil as long as no read was large enough for them.
  private var helpers: [PostgresConnection]?
  /// Connections to other servers that share scans while the snapshot runs; nil as long as no read was large enough.
  private var replicas: [PostgresConnection]?
  /// Whether a read of the running snapshot may begin again on a new connection: nothing was given to anybody yet.
  private var mayBeginAgain = false
  /// Cursors so far, for their names.
  private var cursorCount = 0

  /// Connects to a server.
  ///
  /// `conninfo` is a URL or a connection string as libpq takes it; `label` names the database in messages, without a
  /// secret. Throws a `DatabaseError` of kind `connection`.
  package init(conninfo: String, label: String, writable: Bool = false, cancellation: Cancellation) throws {
    self.conninfo = conninfo
    self.label = label
    self.cancellation = cancellation
    isWritable = writable
    connection = try Self.speaking(label) {
      try PostgresConnection(conninfo, label: label, cancellation: cancellation)
    }
  }

  /// Gives problems the form in which the rest of the house knows them.
  static func speaking<R>(_ label: String, _ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let problem as PostgresProblem {
      throw problem.error(database: label)
    }
  }

  // MARK: - Snapshots

  package func withSnapshot<R>(_ body: () throws -> R) throws -> R {
    if isInSnapshot { return try Self.speaking(label, body) }
    return try Self.speaking(label) {
      try begin()
      isInSnapshot = true
      mayBeginAgain = true
      defer { isInSnapshot = false }
      do {
        let result = try body()
        end()
        return result
      } catch {
        end()
        throw error
      }
    }
  }

  /// Begins a transaction, on a new connection if the old one is gone.
  private func begin() throws {
    if cancellation.isCancelled { throw PostgresProblem.interrupted(sql: nil) }
    do {
      if !connection.isBroken { return try beginTransaction() }
    } catch PostgresProblem.lost {
      // A connection that was idle may have been closed long ago.
    }
    try reconnect()
    try beginTransaction()
  }

  private func reconnect() throws {
    connection = try PostgresConnection(conninfo, label: label, cancellation: cancellation)
    abilities = PostgresAbilities()
    forgetOthers()
  }

  private func forgetOthers() {
    helpers = nil
    replicas = nil
  }

  private static let beginning = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

  /// The transaction begins with the first statement in it, which `begun` sends.
  private func beginTransaction() throws {
    try abilities.probe(connection)
    abilities.beginWithNext(Self.beginning, on: connection)
  }

  /// Does something that may be the first in a transaction; once more if the engine does not take its beginning.
  private func begun<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch is PostgresConnection.BeginningRefused {
      try abilities.beginAfterRefusal(Self.beginning, on: connection)
      return try body()
    }
  }

  /// Ends the transaction; all that matters has been read by now.
  private func end() {
    forgetOthers()
    if connection.isBroken { return connection.giveUp() }
    do { try connection.rollBack() } catch { connection.giveUp() }
  }

  // MARK: - Reading

  package func read(_ request: ReadRequest, onBatch: (RowBatch) throws -> ReadControl) throws {
    try withSnapshot {
      try againIfLost { try readOnce(request, onBatch) }
      // Also that there were no rows is something.
      mayBeginAgain = false
    }
  }

  package func expect(_ requests: [ReadRequest]) throws {
    var bytes = 0
    let first = requests.prefix { request in
      bytes += request.parameters.reduce(0) { $0 + $1.utf8.count }
      return isReadUndescribed(request) && bytes <= Self.mostBytesAhead
    }
    guard isInSnapshot, first.count > 1 else { return }
    try Self.speaking(label) {
      try againIfLost { try connection.sendAhead(first.map { PostgresReading.statement($0, isBinary: true) }) }
    }
  }

  /// Only what a dialect made has parameters: it need not be described first, which may take as long as the answer.
  private func isReadUndescribed(_ request: ReadRequest) -> Bool {
    abilities.hasCopy && !request.parameters.isEmpty && !request.isLarge && !request.comesAsText
  }

  package func attempt(_ body: () throws -> Void) throws -> DatabaseError? {
    try Self.speaking(label) {
      try againIfLost { try connection.execute("SAVEPOINT attempt") }
      // A new connection would not have it.
      mayBeginAgain = false
      do {
        try body()
      } catch let error as DatabaseError where error.kind == .statement && !connection.isBroken {
        try connection.execute("ROLLBACK TO SAVEPOINT attempt")
        try connection.execute("RELEASE SAVEPOINT attempt")
        return error
      }
      // Within a savepoint no snapshot can be shared with other connections.
      try connection.execute("RELEASE SAVEPOINT attempt")
      return nil
    }
  }

  package func cursor(_ request: ReadRequest) throws -> any RowCursor {
    try Self.speaking(label) {
      try againIfLost {
        let types = try types(of: request)
        cursorCount += 1
        if let cursor = try PostgresCursor(request, types: types, number: cursorCount, on: connection) {
          mayBeginAgain = false
          return cursor
        }
        let rows = HeldRows(request.columns)
        try PostgresReading(request, types: types, connection: connection, into: rows).read(copies: abilities.hasCopy)
        mayBeginAgain = false
        return rows
      }
    }
  }

  /// Does something, and once more on a new connection if the old one was lost before anybody got anything.
  private func againIfLost<R>(_ body: () throws -> R) throws -> R {
    do {
      return try begun(body)
    } catch PostgresProblem.lost where mayBeginAgain {
      mayBeginAgain = false
      try reconnect()
      try beginTransaction()
      return try begun(body)
    }
  }

  /// The types of the columns of a query's result, which must be those that are asked for.
  private func types(of request: ReadRequest) throws -> [PostgresType] {
    let description = try connection.describe(request.sql)
    let columns = description.columns
    guard description.parameterCount == request.parameters.count else {
      throw PostgresProblem.parameters(sql: request.sql)
    }
    guard !columns.isEmpty else { throw PostgresProblem.notAQuery(sql: request.sql) }
    guard columns.count == request.columns.count else {
      throw PostgresProblem.columnCount(expected: request.columns.count, found: columns.count, sql: request.sql)
    }
    return try abilities.types(of: columns.map(\.type), on: connection).map(\.type)
  }

  private func readOnce(_ request: ReadRequest, _ onBatch: (RowBatch) throws -> ReadControl) throws {
    try withoutActuallyEscaping(onBatch) { onBatch in
      func use(_ batch: RowBatch) throws -> ReadControl {
        mayBeginAgain = false
        return try onBatch(batch)
      }
      let copies = abilities.hasCopy
      if isReadUndescribed(request),
        try PostgresReading.readUndescribed(
          request, knowing: abilities, connection: connection, into: DirectExchange(request.columns, onBatch: use))
      {
        return
      }
      let types = try types(of: request)
      func read(_ request: ReadRequest, on connection: PostgresConnection, into exchange: any FrameExchange) throws {
        try PostgresReading(request, types: types, connection: connection, into: exchange).read(copies: copies)
      }
      guard request.isLarge, ConcurrentReading.threads > 1 else {
        return try read(request, on: connection, into: DirectExchange(request.columns, onBatch: use))
      }
      let parts = try parts(of: request)
      let connections = [connection] + (parts?.readers ?? [])
      // What the server has sent is decoded while the rows before it are used.
      switch parts {
      case nil:
        try ConcurrentReading.run(threads: 1, request.columns, onBatch: use) { _, exchange in
          try read(request, on: connections[0], into: exchange)
        }
      case .shares(let column, let replicas):
        let count = replicas.count + 1
        try ConcurrentReading.run(threads: count, request.columns, onBatch: use) { thread, exchange in
          let share = PostgresReplicas.condition(column, share: thread, of: count)
          try read(request.part(where: share), on: connections[thread], into: exchange)
        }
      case .pages(let pages, _):
        try ConcurrentReading.run(threads: connections.count, request.columns, onBatch: use) { thread, exchange in
          while let part = pages.take() {
            try read(request.part(where: part), on: connections[thread], into: exchange)
          }
        }
      case .keys(let keys, _):
        try ConcurrentReading.run(
          threads: connections.count, parts: keys.count, request.columns, onBatch: use
        ) { thread, part, exchange in
          try read(request.part(where: keys.condition(part)), on: connections[thread], into: exchange)
        }
      }
    }
  }

  /// What several connections read side by side.
  private enum Parts {
    /// In no order.
    case pages(PostgresPartitions, helpers: [PostgresConnection])
    /// In the order of a column.
    case keys(PostgresKeyRanges, helpers: [PostgresConnection])
    /// By the values of a key column, on several servers.
    case shares(String, replicas: [PostgresConnection])

    /// Who reads beside the main connection.
    var readers: [PostgresConnection] {
      switch self {
      case .pages(_, let readers), .keys(_, let readers), .shares(_, let readers): readers
      }
    }
  }

  /// Parts of a table for this connection and the helpers; nil if one connection reads it all.
  private func parts(of request: ReadRequest) throws -> Parts? {
    guard request.estimatedRows >= Self.rowsForHelpers, let table = request.scannedTable, abilities.hasExplain else {
      return nil
    }
    if let column = request.keyColumn, request.order == nil, let staleness {
      let replicas =
        try replicas
        ?? PostgresReplicas.open(conninfo: conninfo, beside: connection, abilities: abilities, staleness: staleness)
      self.replicas = replicas
      if !replicas.isEmpty { return .shares(column, replicas: replicas) }
    }
    let helpers =
      try helpers
      ?? PostgresHelpers.open(
        ConcurrentReading.threads - 1, conninfo: conninfo, beside: connection, abilities: abilities)
    self.helpers = helpers
    // Asked of a helper: what the engine refuses ends the transaction.
    guard let helper = helpers.first else { return nil }
    guard let column = request.order?.columns.first else {
      return (try? PostgresPartitions(of: table, on: helper, readers: helpers.count + 1)).map {
        .pages($0, helpers: helpers)
      }
    }
    let rows = request.estimatedRows
    return (try? PostgresKeyRanges(of: column, in: table, rows: rows, on: helper)).map {
      .keys($0, helpers: helpers)
    }
  }

  // MARK: - Facts

  package func facts(of sources: [TableSource]) throws -> [TableSource: TableFacts] {
    if sources.count > 1, let found = try togetherIfAllAreThere(sources) { return found }
    return try sources.reduce(into: [:]) { found, source in found[source] = try facts(ofOne: source) }
  }

  /// Facts of tables in one round trip; nil where there is more to say of one of them, or where one is no table.
  private func togetherIfAllAreThere(_ sources: [TableSource]) throws -> [TableSource: TableFacts]? {
    let names = sources.compactMap { if case .table(let name) = $0 { name } else { nil } }
    guard names.count == sources.count else { return nil }
    do {
      let found = try look { try $0.facts(of: names) }
      return Dictionary(zip(sources, found).compactMap { source, facts in facts.map { (source, $0) } }) { $1 }
    } catch is PostgresFacts.Refused {
      return nil
    } catch is PostgresAbilities.CatalogRefused {
      return nil
    } catch let error as DatabaseError where error.kind == .statement {
      return nil
    }
  }

  private func facts(ofOne source: TableSource) throws -> TableFacts? {
    var omitted: Set<PostgresFacts.Topic> = []
    while true {
      do {
        return try look(without: omitted) { facts in
          switch source {
          case .table(let name): try facts.facts(of: [name])[0]
          case .query(let query): try facts.facts(ofQuery: query)
          }
        }
      } catch let refusal as PostgresFacts.Refused {
        omitted.insert(refusal.topic)
      } catch is PostgresAbilities.CatalogRefused where abilities.hasCatalog {
        // An engine without these tables, or a role that may not read them: the columns still tell themselves.
        abilities.hasCatalog = false
      } catch let error as DatabaseError {
        // No such table, or no such schema.
        if case .table = source, error.code == "42P01" || error.code == "3F000" { return nil }
        throw error
      }
    }
  }

  private func look<R>(
    without omitted: Set<PostgresFacts.Topic> = [], _ body: (PostgresFacts) throws -> R
  ) throws -> R {
    try withSnapshot {
      do {
        return try againIfLost { try body(PostgresFacts(connection, abilities: abilities, without: omitted)) }
      } catch {
        try forgetFailure()
        throw error
      }
    }
  }

  /// A statement that fails ends the transaction. As long as nobody has anything of what it saw, another one may stand
  /// in for it.
  private func forgetFailure() throws {
    guard mayBeginAgain, !connection.isBroken else { return }
    try connection.execute("ROLLBACK")
    try beginTransaction()
  }

  package func tableNames() throws -> [TableName] {
    do {
      return try withSnapshot {
        try againIfLost { try PostgresFacts(connection, abilities: abilities).tableNames() }
      }
    } catch let error as DatabaseError where error.kind == .statement {
      return []
    }
  }

  package func relations(of table: TableName) throws -> TableRelations {
    do {
      return try withSnapshot {
        try againIfLost { try PostgresRelations(connection: connection, abilities: abilities).relations(of: table) }
      }
    } catch is PostgresAbilities.CatalogRefused {
      return TableRelations()
    }
  }

  // MARK: - Importing

  package func importRows(_ request: ImportRequest, next: () throws -> RowBatch?) throws -> Int {
    try Self.speaking(label) {
      guard isWritable else { throw PostgresProblem.importing(.notWritable) }
      let facts = try facts(of: .table(request.table))
      do {
        try abilities.begin("BEGIN READ WRITE", on: connection)
        let count = try PostgresImport(request, facts: facts, connection: connection).run(next)
        try connection.execute("COMMIT")
        return count
      } catch {
        end()
        throw error
      }
    }
  }
}
