import CPostgres
import SpellCore

/// What the engine at the other end of a connection can do, found out once: many speak PostgreSQL's protocol and lack
/// this or that.
final class PostgresAbilities {
  /// What is known of a type.
  struct KnownType {
    var type: PostgresType
    /// Whether a text of ours cannot be compared with values of the type: the engine takes different texts for the
    /// same, or refuses those that it does not know.
    var isCoarse = false
    /// The name as the server writes it.
    var name: String
  }

  /// Whether a query can be read as a binary copy.
  private(set) var hasCopy = false
  /// Whether a plan can be asked for. Taken for granted, as arrays are, until the first transaction has begun.
  private(set) var hasExplain = true
  /// Nil until it was probed.
  private(set) var server: ServerFacts?
  /// Whether the catalog's tables can be read.
  var hasCatalog = true
  /// By the number of the type.
  private var types: [Oid: KnownType] = [:]
  /// Settings of a transaction, for it alone: what texts mean, and how values are written as texts.
  private(set) var settings = [
    "SET LOCAL TimeZone = 'UTC'", "SET LOCAL DateStyle = 'ISO, MDY'", "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1", "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL standard_conforming_strings = on",
    // Statements are simple: compiling one costs more than it saves, and cannot be interrupted.
    "SET LOCAL jit = off",
    // The rows of a cursor are all fetched.
    "SET LOCAL cursor_tuple_fraction = 1",
  ]

  /// Tries what cannot be tried in a transaction that is needed afterwards.
  func probe(_ connection: PostgresConnection) throws {
    if server != nil { return }
    let copy = try Self.probe("COPY (SELECT 1) TO STDOUT (FORMAT binary)", on: connection)
    hasCopy = copy.isAccepted
    let link = try Self.link(connection, roundTrip: copy.milliseconds)
    server = ServerFacts(takesArrays: true, link: link, isStandby: connection.setting("in_hot_standby") == "on")
  }

  /// What a server needs to reduce rows.
  private static let arrays =
    "SELECT rank() OVER (PARTITION BY k ORDER BY n) FROM unnest('{1}'::bigint[], '{1}'::bigint[]) AS s(k, n)"

  private static func probe(
    _ sql: String, on connection: PostgresConnection
  ) throws -> (isAccepted: Bool, milliseconds: Double) {
    let start = MonotonicClock.nanoseconds
    let isAccepted = try connection.accepts(sql)
    return (isAccepted, Double(MonotonicClock.nanoseconds - start) / 1_000_000)
  }

  /// A server that answers within so many milliseconds is near.
  private static let near = 3.0
  /// Bytes by which the way from a server that is far is measured.
  private static let sampleBytes = 16_384

  private static func link(_ connection: PostgresConnection, roundTrip: Double) throws -> LinkFacts? {
    if roundTrip < near { return nil }
    // A server that is near may have had a busy moment.
    let roundTrip = min(roundTrip, try probe("SELECT 1", on: connection).milliseconds)
    if roundTrip < near { return nil }
    let sample = try probe("SELECT pg_catalog.repeat('x', \(sampleBytes))", on: connection)
    let bytesPerMillisecond = Double(sampleBytes) / max(sample.milliseconds - roundTrip, 0.01)
    return LinkFacts(roundTrip: roundTrip, bytesPerMillisecond: sample.isAccepted ? bytesPerMillisecond : nil)
  }

  /// Begins a transaction with the first statement in it. The first on a connection also asks for what nearly every
  /// engine has; one that refuses any of it is asked for each, by `beginAfterRefusal`.
  func beginWithNext(_ statement: String, on connection: PostgresConnection) {
    let asked = connection.hasBegun ? [] : ["EXPLAIN \(Self.arrays)"]
    connection.beginWithNext([statement] + settings + asked)
  }

  /// Begins a transaction that the server has refused, once it is known what the engine lacks.
  func beginAfterRefusal(_ statement: String, on connection: PostgresConnection) throws {
    try connection.execute("ROLLBACK")
    let takesBoth = try connection.accepts("EXPLAIN \(Self.arrays)")
    hasExplain = try takesBoth || connection.accepts("EXPLAIN SELECT 1")
    server?.takesArrays = try takesBoth || !hasExplain && connection.accepts(Self.arrays)
    try begin(statement, on: connection)
  }

  /// Begins a transaction with its settings in one round trip. Settings that the engine does not have are left out.
  func begin(_ statement: String, on connection: PostgresConnection) throws {
    while true {
      do {
        return try connection.execute([statement] + settings)
      } catch let failure as PostgresConnection.StatementFailure {
        guard case .server = failure.problem, failure.index > 0 else { throw failure.problem }
        settings.remove(at: failure.index - 1)
        try connection.execute("ROLLBACK")
      }
    }
  }

  /// The catalog's tables cannot be read; the transaction is over.
  struct CatalogRefused: Error {}

  /// The rows of queries of the catalog, in one round trip. Throws `CatalogRefused` if the server does not take them.
  func catalog(
    _ statements: [String], _ parameters: [String] = [], on connection: PostgresConnection
  ) throws -> [[[String?]]] {
    do {
      return try connection.query(statements, parameters)
    } catch PostgresProblem.server {
      throw CatalogRefused()
    }
  }

  /// What is known of types by their numbers. Those that differ from server to server are looked up.
  func types(of numbers: [Oid], on connection: PostgresConnection) throws -> [KnownType] {
    let unknown = Set(numbers.filter { types[$0] == nil })
    if !unknown.isEmpty { try lookUp(unknown, on: connection) }
    return numbers.map { types[$0] ?? KnownType(type: .other, name: "") }
  }

  /// The same without a look: `other` also for what would have to be looked up.
  func knownTypes(of numbers: [Oid]) -> [PostgresType] { numbers.map { types[$0]?.type ?? PostgresType($0) } }

  private func lookUp(_ numbers: Set<Oid>, on connection: PostgresConnection) throws {
    for number in numbers { types[number] = KnownType(type: PostgresType(number), name: "type \(number)") }
    guard hasCatalog else { return }
    let list = numbers.sorted().map { "\($0)" }.joined(separator: ", ")
    let sql = "SELECT \(Self.columnsOfType) FROM pg_catalog.pg_type t WHERE t.oid IN (\(list))"
    for row in try catalog([sql], on: connection)[0] { learnType(row[...]) }
  }

  /// What there is to know of a type of the catalog that is called `t`, for `learnType`.
  static let columnsOfType =
    "t.oid, pg_catalog.format_type(t.oid, NULL), t.typtype = 'e', t.typname IN ('citext', 'json')"

  /// Takes the answers to `columnsOfType`. Enums are sent as the text of their label, citext as its text.
  func learnType(_ row: ArraySlice<String?>) {
    let answers = Array(row)
    guard let number = answers[0].flatMap({ Oid($0) }) else { return }
    let isCoarse = answers[2] == "t" || answers[3] == "t"
    let type = PostgresType(number)
    types[number] = KnownType(
      type: type == .other && isCoarse ? .text : type, isCoarse: isCoarse, name: answers[1] ?? "type \(number)")
  }
}
