import CSQLite
import SpellCore

/// What can go wrong with an SQLite file, as facts. The words are below and nowhere else.
enum SQLiteProblem {
  /// The engine's own error.
  case engine(code: Int32, message: String, sql: String?)
  case interrupted(sql: String?)
  /// Nothing is at the path.
  case missing
  case folder
  /// A device, a socket or a pipe.
  case notAFile
  case permission(toWrite: Bool)
  /// The system cannot follow the path.
  case unreachable(reason: String)
  /// A `-wal` file with content and no `-shm` file.
  case orphanedLog
  /// The file was written to while it was read without locks.
  case changed
  case empty(sql: String)
  case severalStatements(sql: String)
  case writes(sql: String)
  /// A query with `?` or `:name`, which nobody would ever bind.
  case parameters(sql: String)
  /// The statement has another number of columns than the reader expects.
  case columnCount(expected: Int, found: Int, sql: String)
  case importing(ImportTableProblem)

  func error(database: String) -> DatabaseError {
    let (kind, code) = classification
    return DatabaseError(
      kind, engine: "SQLite", code: SQLiteCode.text(code), message: message(database), sql: sql, help: help(database))
  }

  private var classification: (kind: DatabaseError.Kind, code: Int32) {
    switch self {
    case .engine(let code, _, _):
      switch code & 0xFF {
      case SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_IOERR: (.connection, code)
      default: (.statement, code)
      }
    case .interrupted: (.interrupted, SQLITE_INTERRUPT)
    case .missing, .folder, .notAFile, .unreachable, .orphanedLog: (.connection, SQLITE_CANTOPEN)
    case .permission: (.connection, SQLITE_PERM)
    case .changed: (.statement, SQLITE_ABORT)
    case .writes, .importing(.notWritable): (.statement, SQLITE_READONLY)
    case .importing(.columnUnfit): (.statement, SQLITE_MISMATCH)
    default: (.statement, SQLITE_ERROR)
    }
  }

  private var sql: String? {
    switch self {
    case .engine(_, _, let sql), .interrupted(let sql): sql
    case .empty(let sql), .severalStatements(let sql), .writes(let sql), .parameters(let sql),
      .columnCount(_, _, let sql):
      sql
    default: nil
    }
  }

  private func message(_ database: String) -> String {
    switch self {
    case .engine(let code, let message, _): SQLiteCode.concernsFile(code) ? "`\(database)`: \(message)" : message
    case .interrupted: "the statement was interrupted"
    case .missing: "no database file `\(database)`"
    case .folder: "`\(database)` is a folder, not a database file"
    case .notAFile: "`\(database)` is not a regular file"
    case .permission(let toWrite): "no permission to \(toWrite ? "write to" : "read") `\(database)`"
    case .unreachable(let reason): "cannot open `\(database)`: \(reason)"
    case .orphanedLog: "`\(database)` has changes in `\(database)-wal` that nobody has finished"
    case .changed: "`\(database)` was changed by another program while it was read"
    case .empty: "the SQL has no statement"
    case .severalStatements: "the SQL has more than one statement"
    case .writes: "the statement would write to the database"
    case .parameters: "the query has parameters, and nothing gives them values"
    case .columnCount(let expected, let found, _): "the statement has \(found) columns, expected \(expected)"
    case .importing(let problem): problem.message
    }
  }

  private func help(_ database: String) -> String? {
    switch self {
    case .engine(let code, _, _): SQLiteCode.help(code)
    case .missing: Self.helpForMissing(database)
    case .folder: "name a file in it"
    case .permission(let toWrite):
      "check the rights of the file with `ls -l`\(toWrite ? " and those of its folder" : "")"
    case .orphanedLog:
      "a program that wrote to it ended early: let a program that may write open it once, "
        + "such as `sqlite3 \(database) 'PRAGMA wal_checkpoint'`"
    case .changed: "run the statement again"
    case .severalStatements: "keep one SELECT"
    case .writes: "only queries are sent to the database"
    case .importing(let problem): problem.help
    default: nil
    }
  }

  private static func helpForMissing(_ path: String) -> String? {
    let (folder, name) = PathParts.split(path)
    guard let names = Folder.candidates(in: folder) else { return "folder `\(folder)` cannot be listed either" }
    if let question = Suggestion.question(name, among: names) { return question }
    let databases = names.filter { $0.hasSuffix(".db") || $0.hasSuffix(".sqlite") || $0.hasSuffix(".sqlite3") }
    if databases.isEmpty { return "folder `\(folder)` holds no database file" }
    return "folder `\(folder)` holds " + databases.prefix(5).map { "`\($0)`" }.joined(separator: ", ")
  }
}

extension DatabaseError {
  /// The error of a file that could not be opened; the statement that found out is of no interest.
  func whileOpening(_ label: String) -> DatabaseError {
    if kind == .interrupted { return self }
    let named = "`\(label)`: "
    let words = message.hasPrefix(named) ? String(message.dropFirst(named.count)) : message
    return DatabaseError(
      .connection, engine: engine, code: code, message: "cannot open `\(label)`: \(words)", help: help)
  }
}

/// SQLite's result codes by name, and what can be done about them.
enum SQLiteCode {
  private static let names: [Int32: String] = [
    SQLITE_ERROR: "SQLITE_ERROR", SQLITE_INTERNAL: "SQLITE_INTERNAL", SQLITE_PERM: "SQLITE_PERM",
    SQLITE_ABORT: "SQLITE_ABORT", SQLITE_BUSY: "SQLITE_BUSY", SQLITE_LOCKED: "SQLITE_LOCKED",
    SQLITE_NOMEM: "SQLITE_NOMEM", SQLITE_READONLY: "SQLITE_READONLY", SQLITE_INTERRUPT: "SQLITE_INTERRUPT",
    SQLITE_IOERR: "SQLITE_IOERR", SQLITE_CORRUPT: "SQLITE_CORRUPT", SQLITE_NOTFOUND: "SQLITE_NOTFOUND",
    SQLITE_FULL: "SQLITE_FULL", SQLITE_CANTOPEN: "SQLITE_CANTOPEN", SQLITE_PROTOCOL: "SQLITE_PROTOCOL",
    SQLITE_SCHEMA: "SQLITE_SCHEMA", SQLITE_TOOBIG: "SQLITE_TOOBIG", SQLITE_CONSTRAINT: "SQLITE_CONSTRAINT",
    SQLITE_MISMATCH: "SQLITE_MISMATCH", SQLITE_MISUSE: "SQLITE_MISUSE", SQLITE_NOLFS: "SQLITE_NOLFS",
    SQLITE_AUTH: "SQLITE_AUTH", SQLITE_RANGE: "SQLITE_RANGE", SQLITE_NOTADB: "SQLITE_NOTADB",
    261: "SQLITE_BUSY_RECOVERY", 517: "SQLITE_BUSY_SNAPSHOT", 264: "SQLITE_READONLY_RECOVERY",
    776: "SQLITE_READONLY_ROLLBACK", 1032: "SQLITE_READONLY_DBMOVED", 1288: "SQLITE_READONLY_CANTINIT",
    1544: "SQLITE_READONLY_DIRECTORY", 275: "SQLITE_CONSTRAINT_CHECK", 787: "SQLITE_CONSTRAINT_FOREIGNKEY",
    1299: "SQLITE_CONSTRAINT_NOTNULL", 1555: "SQLITE_CONSTRAINT_PRIMARYKEY", 1811: "SQLITE_CONSTRAINT_TRIGGER",
    2067: "SQLITE_CONSTRAINT_UNIQUE", 3091: "SQLITE_CONSTRAINT_DATATYPE",
  ]

  /// `SQLITE_BUSY (5)`; an extended code without a name here goes by that of its family.
  static func text(_ code: Int32) -> String {
    "\(names[code] ?? names[code & 0xFF] ?? "SQLITE") (\(code))"
  }

  /// Whether the file is at fault, and not the statement.
  static func concernsFile(_ code: Int32) -> Bool {
    switch code & 0xFF {
    case SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_IOERR, SQLITE_FULL, SQLITE_READONLY, SQLITE_BUSY: true
    default: false
    }
  }

  static func help(_ code: Int32) -> String? {
    if code == 776 {
      return "a program ended while it wrote to the file: let a program that may write, such as sqlite3, open it once"
    }
    return switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: "another program is writing to it: try again when that has finished"
    case SQLITE_CANTOPEN: "check that its folder exists, and the rights of both"
    case SQLITE_NOTADB: "check that the path names an SQLite database; an encrypted one cannot be read"
    case SQLITE_AUTH: "only SELECT is sent to the database"
    case SQLITE_CORRUPT: "check the file with `PRAGMA integrity_check` in sqlite3"
    case SQLITE_FULL: "make room on the disk"
    case SQLITE_READONLY: "an import writes to the file and, for its journal, to the folder: check the rights of both"
    default: nil
    }
  }
}
