import CPostgres

/// What the engine at the other end of a connection can do, probed once: many speak PostgreSQL's protocol and lack this
/// or that.
final class PostgresAbilities {
  /// What is known of a type.
  struct KnownType {
    var type: PostgresType
    /// Whether the engine's equality takes different texts for the same.
    var isCoarse = false
    /// The name as the server writes it.
    var name: String
  }

  /// Whether a query can be read as a binary copy.
  private(set) var hasCopy = false
  /// Whether the catalog's tables can be read.
  var hasCatalog = true
  private var isProbed = false
  /// By the number of the type.
  private var types: [Oid: KnownType] = [:]
  /// Settings of a transaction, for it alone: what texts mean, and how values are written as texts.
  private var settings = [
    "SET LOCAL TimeZone = 'UTC'", "SET LOCAL DateStyle = 'ISO, MDY'", "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1", "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL standard_conforming_strings = on",
  ]

  /// Tries what cannot be tried in a transaction that is needed afterwards.
  func probe(_ connection: PostgresConnection) throws {
    if isProbed { return }
    hasCopy = try connection.accepts("COPY (SELECT 1) TO STDOUT (FORMAT binary)")
    isProbed = true
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

  /// What is known of types by their numbers. Those that differ from server to server are looked up.
  func types(of numbers: [Oid], on connection: PostgresConnection) throws -> [KnownType] {
    for number in numbers where types[number] == nil {
      types[number] = try lookUp(number, on: connection)
    }
    return numbers.map { types[$0] ?? KnownType(type: .other, name: "") }
  }

  private func lookUp(_ number: Oid, on connection: PostgresConnection) throws -> KnownType {
    let type = PostgresType(number)
    guard hasCatalog else { return KnownType(type: type, name: "type \(number)") }
    // Enums are sent as the text of their label, citext as its text.
    let sql =
      "SELECT pg_catalog.format_type(oid, NULL), typtype = 'e', typname = 'citext' FROM pg_catalog.pg_type "
      + "WHERE oid = \(number)"
    guard let row = try connection.query(sql).first else { return KnownType(type: type, name: "type \(number)") }
    let isCaseless = row[2] == "t"
    let isText = type == .other && (row[1] == "t" || isCaseless)
    return KnownType(type: isText ? .text : type, isCoarse: isCaseless, name: row[0] ?? "type \(number)")
  }
}
