import CPostgres
import Glibc
import SpellCore
import Synchronization

/// Opens connections. libpq looks up names, tries one host after the other and heeds its timeouts only in a call that
/// blocks, so it is made in the background, and left behind when nobody waits for it any more.
enum PostgresConnecting {
  /// How long libpq waits for each host, unless the connection string, the environment or a service says otherwise.
  private static let timeoutSeconds = 10

  /// Opens a connection. What comes back is libpq's, whether or not it worked.
  static func connect(
    _ conninfo: String, host: PostgresHost?, library: PostgresLibrary, cancellation: Cancellation
  ) throws -> OpaquePointer {
    let handover = Handover()
    let parameters = parameters(conninfo) + (host?.parameters ?? [])
    let call = BackgroundCall { handover.give(open(parameters, library), library) }
    guard let call else { throw PostgresProblem.outOfMemory }
    while !call.wait(milliseconds: 20) {
      if cancellation.isCancelled {
        handover.abandon(library)
        throw PostgresProblem.interrupted(sql: nil)
      }
    }
    guard let handle = handover.take() else { throw PostgresProblem.outOfMemory }
    return handle
  }

  /// Keywords and values in order: what comes before the connection string yields to it, what comes after does not.
  private static func parameters(_ conninfo: String) -> [(keyword: String, value: String)] {
    var parameters = [("fallback_application_name", "spellbook")]
    if !namesService(conninfo) {
      parameters += [("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3")]
      if getenv("PGCONNECT_TIMEOUT") == nil { parameters.append(("connect_timeout", "\(timeoutSeconds)")) }
    }
    return parameters + [("dbname", conninfo), ("client_encoding", "UTF8")]
  }

  /// A service file may hold the very settings, and would not win over these.
  private static func namesService(_ conninfo: String) -> Bool {
    conninfo.contains("service=") || getenv("PGSERVICE") != nil
  }

  private static func open(
    _ parameters: [(keyword: String, value: String)], _ library: PostgresLibrary
  ) -> OpaquePointer? {
    let keywords = parameters.map { strdup($0.keyword) } + [nil]
    let values = parameters.map { strdup($0.value) } + [nil]
    defer { (keywords + values).forEach { free($0) } }
    return library.functions.PQconnectdbParams(
      keywords.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
  }

  /// Gives a connection from one thread to the other, or ends it if that one has left.
  private final class Handover: Sendable {
    private struct State {
      /// The bits of the address: a pointer is not `Sendable`, and this one has one owner at a time.
      var handle: UInt = 0
      var isAbandoned = false
    }

    private let state = Mutex(State())

    func give(_ handle: OpaquePointer?, _ library: PostgresLibrary) {
      let bits = UInt(bitPattern: handle)
      let isTaken = state.withLock { state in
        if !state.isAbandoned { state.handle = bits }
        return !state.isAbandoned
      }
      if !isTaken { library.functions.PQfinish(handle) }
    }

    func take() -> OpaquePointer? {
      state.withLock { state in
        defer { state.handle = 0 }
        return OpaquePointer(bitPattern: state.handle)
      }
    }

    func abandon(_ library: PostgresLibrary) {
      state.withLock { $0.isAbandoned = true }
      if let handle = take() { library.functions.PQfinish(handle) }
    }
  }
}
