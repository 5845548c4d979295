import CSQLite
import SpellCore

/// How a database file can be read without a trace beside it, decided by its journal mode and its side files.
///
/// A plain read-only connection to a WAL database creates `-wal` and `-shm` files if they are missing and leaves them.
struct SQLiteOpening: Equatable {
  enum Mode: Equatable {
    /// The file has a rollback journal, or is no database at all: the engine's own read-only mode suffices.
    case plain
    /// A WAL database with both side files: they are used, the shared memory read-only.
    case sharedMemory
    /// A WAL database that nobody has open: read without locks, as long as the file stays the same.
    case immutable(FileStamp)

    /// The name under which SQLite opens a path in this way.
    func uri(path: String) -> String {
      let file = "file:" + SQLiteOpening.escaped(path)
      return switch self {
      case .plain: file
      case .sharedMemory: file + "?readonly_shm=1"
      case .immutable: file + "?immutable=1"
      }
    }
  }

  let mode: Mode
  /// Which file stood at the path.
  let file: FileIdentity

  /// Decides by what is at a path now; `path` is free of links, for side files lie beside the file itself.
  static func decide(path: String, label: String, connection: SQLiteConnection) throws -> SQLiteOpening {
    guard let stamp = FileStamp(path: path) else { throw SQLiteProblem.missing.error(database: label) }
    guard isWriteAheadLogged(connection) else { return SQLiteOpening(mode: .plain, file: stamp.identity) }
    let log = FileStamp(path: path + "-wal")
    if log != nil && FileStamp(path: path + "-shm") != nil {
      return SQLiteOpening(mode: .sharedMemory, file: stamp.identity)
    }
    if let log, log.size > 0 { throw SQLiteProblem.orphanedLog.error(database: label) }
    return SQLiteOpening(mode: .immutable(stamp), file: stamp.identity)
  }

  /// Whether the bytes 18 and 19 of the header, the file format's versions, say WAL.
  private static func isWriteAheadLogged(_ connection: SQLiteConnection) -> Bool {
    var header = [UInt8](repeating: 0, count: 20)
    guard csqlite_read_start(connection.handle, &header, 20) == SQLITE_OK else { return false }
    return header.starts(with: Array("SQLite format 3\0".utf8)) && header[18] == 2 && header[19] == 2
  }

  /// A path with everything but letters, digits and `-._~/` as `%XX`.
  static func escaped(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-")...UInt8(ascii: "/"), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
