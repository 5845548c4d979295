import TestSupport
import Testing

/// Nothing is written, as the kernel sees it: the system calls of a join and an export that change a file, or open one
/// for writing, name the file of INTO and nothing else.
@Suite struct SystemCallTests {
  /// Calls that make, change or remove something in a file system, and `openat`, which may.
  private static let traced =
    "openat,open,creat,write,pwrite64,writev,pwritev,ftruncate,truncate,rename,renameat,renameat2,unlink,unlinkat,link,"
    + "linkat,symlink,symlinkat,mkdir,mkdirat,rmdir,chmod,fchmod,fchmodat,chown,fchown,utimensat,fallocate,mmap"

  /// The traced calls that write, as `strace -y` shows them: with the path of every descriptor.
  private func writes(_ journal: String, _ statement: String) throws -> (run: CommandRun, calls: [Substring]) {
    let folder = try TemporaryFolder()
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
      """)
    try folder.write("labels.csv", "k,at\n7,2024-01-02\n8,2024-01-02\n")
    try SQLiteFixture.make(
      folder.file("data.db"),
      """
      PRAGMA journal_mode = \(journal);
      CREATE TABLE f (k INTEGER, t TEXT, v INTEGER);
      INSERT INTO f VALUES (7, '2024-01-01', 1), (8, '2024-01-01', 2);
      """)
    let run = try CommandRun.run(
      "/usr/bin/strace",
      [
        "-f", "-y", "-o", "trace", "-e", "trace=\(Self.traced)", Spellbook.executable, "--engine", "data.db", "-c",
        statement,
      ], in: folder.path,
      environment: [
        "PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path, "SWIFT_BACKTRACE": "enable=no",
      ])
    let calls = try folder.read("trace").split(separator: "\n").filter { $0.contains("(") && Self.isWrite($0) }
    return (run, calls)
  }

  private static func isWrite(_ call: Substring) -> Bool {
    let name = call.drop { $0.isNumber || $0 == " " }.prefix { $0 != "(" }
    switch name {
    case "open", "openat": return ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].contains { call.contains($0) }
    case "mmap": return call.contains("MAP_SHARED") && call.contains("PROT_WRITE")
    // What goes to standard output and error is asked for.
    case "write", "writev": return !call.contains("\(name)(1<") && !call.contains("\(name)(2<")
    default: return true
    }
  }

  @Test("a join, an export and an import-free session write to standard output only", arguments: ["DELETE", "WAL"])
  func standardOutput(journal: String) throws {
    for statement in ["SELECT FEATURES v AS OF at JOIN labels.csv", "SELECT FEATURES v ORDER BY v", "SHOW ALL"] {
      let (run, calls) = try writes(journal, statement)
      #expect(run.status == 0, "\(run.summary)")
      #expect(calls == [], "\(statement)")
    }
  }

  @Test("INTO writes one hidden file and puts it in its place", arguments: ["DELETE", "WAL"])
  func into(journal: String) throws {
    let (run, calls) = try writes(journal, "SELECT FEATURES v AS OF at JOIN labels.csv INTO 'out.csv'")
    #expect(run.status == 0, "\(run.summary)")
    let strangers = calls.filter { !$0.contains("/.spellbook-") && !$0.contains("\"./.spellbook-") }
    #expect(strangers == [])
    #expect(calls.contains { $0.contains("O_CREAT") && $0.contains("O_EXCL") })
    #expect(calls.contains { $0.contains("out.csv") })
  }
}
