import CPostgres

/// libpq, which is loaded when the first connection is opened.
final class PostgresLibrary: Sendable {
  /// The functions of libpq.
  let functions: postgres_functions

  private init(_ functions: postgres_functions) { self.functions = functions }

  private static let loaded: Result<PostgresLibrary, PostgresProblem> = {
    var functions = postgres_functions()
    if let reason = postgres_load(&functions) { return .failure(.noLibrary(reason: String(cString: reason))) }
    return .success(PostgresLibrary(functions))
  }()

  static func load() throws(PostgresProblem) -> PostgresLibrary { try loaded.get() }
}
