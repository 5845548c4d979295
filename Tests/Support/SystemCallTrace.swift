/// What a program asked of the kernel that makes, changes or removes something in a file system.
public struct SystemCallTrace {
  /// The finished run.
  public let run: CommandRun
  /// The calls that write, as `strace -y` shows them: with the path of every descriptor. What goes to standard output
  /// and error is left out.
  public let writes: [Substring]

  /// Calls that change a file, or may open one for that.
  private static let traced =
    "openat,open,openat2,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,rename,renameat,renameat2,"
    + "unlink,unlinkat,link,linkat,symlink,symlinkat,mkdir,mkdirat,mknod,mknodat,rmdir,chmod,fchmod,fchmodat,chown,"
    + "fchown,fchownat,utimensat,fallocate,copy_file_range,sendfile,splice,setxattr,fsetxattr,io_uring_setup,mmap"

  /// The words that run a program under the trace, which goes to `file`.
  public static func command(_ program: String, _ arguments: [String], to file: String) -> [String] {
    ["/usr/bin/strace", "-f", "-y", "-o", file, "-e", "trace=\(traced)", program] + arguments
  }

  /// Runs the built executable in a folder, where the file of the trace stays.
  public init(of arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:]) throws {
    let words = Self.command(Spellbook.executable, arguments, to: "trace")
    let usual = [
      "PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path, "LC_ALL": "C.UTF-8",
      "SWIFT_BACKTRACE": "enable=no",
    ]
    run = try CommandRun.run(
      words[0], Array(words.dropFirst()), in: folder.path, environment: usual.merging(environment) { $1 },
      deadlineSeconds: 60)
    writes = try Self.writes(in: folder.read("trace"))
  }

  /// The calls of a trace that write.
  public static func writes(in trace: String) -> [Substring] {
    trace.split(separator: "\n").filter { $0.contains("(") && isWrite($0) }
  }

  private static func isWrite(_ call: Substring) -> Bool {
    let name = call.drop { $0.isNumber || $0 == " " }.prefix { $0 != "(" }
    switch name {
    case "open", "openat", "openat2":
      return ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].contains { call.contains($0) }
    case "mmap": return call.contains("MAP_SHARED") && call.contains("PROT_WRITE")
    // What goes to standard output and error is asked for.
    case "write", "writev": return !call.contains("\(name)(1<") && !call.contains("\(name)(2<")
    default: return true
    }
  }
}
