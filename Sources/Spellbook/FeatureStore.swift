import SpellCatalog
import SpellCore
import SpellExecution
import SpellLanguage
import SpellTables

/// A feature store over a database that is only read.
///
/// Features are described in metadata files; features and labels become training tables that are correct in time: a
/// label never sees a row that was not available at its moment.
///
/// ```swift
/// let store = try FeatureStore(metadata: "metadata.yml", engine: "sqlite:///flights.db")
/// let table = try store.join(
///   features: ["weather.temp", "planes.seats"], labels: "labels.csv", eventTimestampColumn: "scheduled_at")
/// for row in table {
///   print(row["tailnum"], row["temp"])
/// }
/// ```
///
/// A store is used by one thread at a time, and its calls return when their work is done; only `canceller` may be
/// touched from another thread.
public final class FeatureStore {
  /// What to do with a table that exists before an import.
  public enum TablePolicy: Sendable {
    /// Adds the rows to it.
    case append
    /// Puts the rows in the place of its own.
    case replace
    /// Throws and leaves it as it is.
    case fail
  }

  private let session: Session

  /// Ends what runs, from any thread.
  public let canceller: Canceller

  /// Reads the metadata. The database is opened by the first call that needs it.
  ///
  /// - Parameters:
  ///   - metadata: Files, or folders of `*.yml` and `*.yaml`.
  ///   - engine: The database, written as in the metadata; wins over `$SPELLBOOK_ENGINE`, which wins over the metadata.
  ///   - timeZone: The zone of times without an offset in labels and statements: `UTC`, an offset or an IANA name.
  /// - Throws: `SpellbookError` with every problem of every file.
  public init(metadata: String..., engine: String? = nil, timeZone: String = "UTC") throws {
    let cancellation = Cancellation()
    canceller = Canceller(cancellation: cancellation)
    do {
      var settings = Settings()
      try settings.setZone(timeZone)
      session = try Session(
        SessionConfiguration(metadataPaths: metadata, engine: engine, settings: settings), console: .silent,
        cancellation: cancellation)
    } catch let error as SpellError {
      throw SpellbookError(error)
    }
  }

  /// Metadata made up from a database: entities by its keys, event timestamps by types and names. Comments say what was
  /// guessed.
  ///
  /// - Parameter engine: The database, written as in the metadata; a relative path is one of the working directory.
  /// - Returns: The text of a metadata file.
  /// - Throws: `SpellbookError` if the database cannot be read.
  public static func starterMetadata(engine: String) throws -> String {
    do {
      let session = try Session(
        SessionConfiguration(metadataPaths: [], engine: engine), console: .silent, cancellation: Cancellation())
      return try session.starterMetadata(inFolder: ".")
    } catch let error as SpellError {
      throw SpellbookError(error)
    }
  }

  /// What the metadata declares.
  public var meta: Metadata { Metadata(session.catalog) }

  /// The features of every key, as of a moment.
  ///
  /// - Parameters:
  ///   - features: As in a select list: `weather.temp`, `weather.*`, `arr_delay AS previous_delay`, a feature set.
  ///   - snapshotDate: An ISO time; nil is now.
  /// - Returns: One row per key for which at least one group has a row, in the order of the keys: key columns, then
  ///   features.
  /// - Throws: `SpellbookError`.
  public func export(features: [String], snapshotDate: String? = nil) throws -> Table {
    try only(.export(features: features, snapshotDate: snapshotDate, output: OutputRequest()))
  }

  /// As `export(features:snapshotDate:)`, into a file whose extension decides the format. The file appears only if all
  /// went well.
  ///
  /// - Returns: The number of rows, and what was found.
  @discardableResult
  public func export(
    features: [String], snapshotDate: String? = nil, to path: String, overwrite: Bool = false
  ) throws -> Summary {
    try summary(
      .export(
        features: features, snapshotDate: snapshotDate, output: OutputRequest(path: path, overwrites: overwrite)))
  }

  /// What the stored rows of features hold, in bounded memory.
  ///
  /// - Parameters:
  ///   - features: As in a select list; none are all that the metadata has.
  ///   - asOf: An ISO time by which rows had to be available; nil takes every row.
  /// - Returns: A row for each key, event and feature: how many values, NULLs and different values there are, the
  ///   least, the greatest and the quartiles, mean and standard deviation, and as JSON the most frequent values and a
  ///   histogram. All cells are text.
  /// - Throws: `SpellbookError`.
  public func profile(features: [String] = [], asOf: String? = nil) throws -> Table {
    try only(.profile(features: features, asOf: asOf, output: OutputRequest()))
  }

  /// Labels with the features that were available at their moments.
  ///
  /// - Parameters:
  ///   - features: As in a select list: `weather.temp`, `weather.*`, `arr_delay AS previous_delay`, a feature set.
  ///   - labels: A CSV file with a header.
  ///   - eventTimestampColumn: The label column that holds the moments; nil is `event_timestamp`, else the only column
  ///     that holds times.
  ///   - entityColumns: The label columns that hold keys, by key, where they are not called like the key.
  /// - Returns: Every label row once, in its place: label columns, then features.
  /// - Throws: `SpellbookError`; a label or a stored value that does not fit is named with its place.
  public func join(
    features: [String], labels: String, eventTimestampColumn: String? = nil, entityColumns: [String: String] = [:]
  ) throws -> Table {
    try only(request(features, labels, eventTimestampColumn, entityColumns, OutputRequest()))
  }

  /// As `join(features:labels:eventTimestampColumn:entityColumns:)`, into a file whose extension decides the format.
  /// The file appears only if all went well.
  ///
  /// - Returns: The number of rows, and what was found.
  @discardableResult
  public func join(
    features: [String], labels: String, eventTimestampColumn: String? = nil, entityColumns: [String: String] = [:],
    to path: String, overwrite: Bool = false
  ) throws -> Summary {
    try summary(
      request(
        features, labels, eventTimestampColumn, entityColumns, OutputRequest(path: path, overwrites: overwrite)))
  }

  /// Holds the metadata against the database.
  ///
  /// - Parameters:
  ///   - groups: The groups to check; none stands for all.
  ///   - deep: Whether every row is read, and not only the first of each table.
  /// - Returns: One row per finding, the worst first; none for a clean catalog. Column `severity` is `error`, `warning`
  ///   or `note`; the others are `check`, `group`, `feature`, `place`, `rows`, `finding` and `advice`.
  /// - Throws: `SpellbookError` for an unknown group, and if the database cannot be asked; not for what is found.
  public func check(_ groups: String..., deep: Bool = false) throws -> Table {
    try only(.check(groups: groups, isDeep: deep, output: OutputRequest()))
  }

  /// Puts the rows of a CSV file into a group's table, in one transaction. The one call that writes to the database.
  ///
  /// - Parameters:
  ///   - path: A CSV file whose header names the group's columns.
  ///   - group: The group; its table is made, with an index, if it is missing.
  ///   - nulls: Texts that stand for NULL, beside the empty field.
  ///   - ifExists: What to do with a table that exists.
  /// - Returns: The number of rows.
  /// - Throws: `SpellbookError`; nothing has changed then.
  @discardableResult
  public func importCSV(
    _ path: String, into group: String, nulls: [String] = [], ifExists: TablePolicy = .append
  ) throws -> Int {
    let request = Request.load(
      group: group, rows: FileRequest(path: path, nulls: nulls), replaces: ifExists == .replace)
    // A session of its own, so that the one that reads never could write.
    let writer = Session(writableTwinOf: session)
    writer.importsOnlyIntoNewTables = ifExists == .fail
    _ = try run(try text(of: request), parameters: [:], in: writer)
    return writer.lastRowCount
  }

  /// Runs statements of the query language.
  ///
  /// - Parameters:
  ///   - statements: One or several, separated by `;`. IMPORT is refused: use `importCSV`.
  ///   - parameters: Values of `:name` in the statements.
  /// - Returns: A table for each statement that has a result, in order; results that go into files are none.
  /// - Throws: `SpellbookError` for the first statement that fails; those before it have run.
  @discardableResult
  public func execute(_ statements: String, parameters: [String: String] = [:]) throws -> [Table] {
    try run(statements, parameters: parameters, in: session)
  }

  // MARK: - Steps

  private func request(
    _ features: [String], _ labels: String, _ eventTimestampColumn: String?, _ entityColumns: [String: String],
    _ output: OutputRequest
  ) -> Request {
    .join(
      features: features, labels: FileRequest(path: labels), eventTimestampColumn: eventTimestampColumn,
      entityColumns: entityColumns.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, output: output)
  }

  private func only(_ request: Request) throws -> Table {
    guard let table = try execute(try text(of: request)).first else {
      preconditionFailure("a request without a file has a table")
    }
    return table
  }

  private func summary(_ request: Request) throws -> Summary {
    try execute(try text(of: request))
    return Summary(rowCount: session.lastRowCount, matches: session.lastReport.map(GroupMatches.list) ?? [])
  }

  private func text(of request: Request) throws -> String {
    do {
      return try session.text(of: request)
    } catch let error as SpellError {
      throw SpellbookError(error)
    }
  }

  private func run(_ text: String, parameters: [String: String], in session: Session) throws -> [Table] {
    canceller.cancellation.reset()
    do {
      let script = Parser.parse(SourceText(name: "statements", text: text))
      if !script.diagnostics.isEmpty { throw SpellError(.statement, script.diagnostics) }
      var tables: [Table] = []
      for statement in script.statements {
        let sink = CollectingSink()
        try session.execute(statement, parameters: parameters, collector: sink)
        guard !sink.columns.isEmpty else { continue }
        var matches: [GroupMatches] = []
        if case .select = statement.body { matches = session.lastReport.map(GroupMatches.list) ?? [] }
        tables.append(Table(sink, matches: matches))
      }
      return tables
    } catch let error as SpellError {
      throw SpellbookError(error)
    }
  }
}
