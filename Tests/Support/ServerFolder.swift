import Glibc

/// A folder directly under `/tmp`, where paths of sockets stay short, for servers that a test starts. A watchdog ends
/// every process that works in the folder, and removes the folder, as soon as the object or this process is gone,
/// whatever ended it.
///
/// Servers refuse to run as root: then the folder belongs to the user `postgres`, and so does every process in it.
final class ServerFolder: Sendable {
  /// An absolute path.
  let path: String
  /// The only write end of the named pipe that the watchdog reads; no child inherits it.
  private let life: Int32

  /// Makes the folder and starts its watchdog, which ends processes with a signal: QUIT stops a server at once.
  init(endingWith signal: String = "QUIT") throws {
    let made = try Self.runAsOwner("/bin/sh", ["-c", Self.making], in: "/", stdin: [], deadlineSeconds: 10)
    path = String(made.output.prefix { $0 != "\n" })
    life = open("\(path)/life", O_RDWR | O_CLOEXEC)
    guard life >= 0 else { throw FileFailure(path: "\(path)/life", code: errno) }
    let guarding = ["-c", Self.launching, Self.watching, path, signal]
    try Self.runAsOwner("/bin/sh", guarding, in: "/", stdin: [], deadlineSeconds: 10)
  }

  deinit { close(life) }

  /// The path of a file in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file that belongs to the owner of the folder; `mode` as for `chmod`.
  func write(_ name: String, _ text: String, mode: String = "600") throws {
    try run("/bin/sh", ["-c", "cat >\"$0\" && chmod \(mode) \"$0\"", file(name)], stdin: Array(text.utf8))
  }

  /// Runs a program in the folder, as its owner; throws all that the program said if it fails.
  @discardableResult
  func run(_ program: String, _ arguments: [String], stdin: [UInt8] = [], deadlineSeconds: Double = 60) throws
    -> CommandRun
  {
    try Self.runAsOwner(program, arguments, in: path, stdin: stdin, deadlineSeconds: deadlineSeconds)
  }

  @discardableResult
  private static func runAsOwner(
    _ program: String, _ arguments: [String], in folder: String, stdin: [UInt8], deadlineSeconds: Double
  ) throws -> CommandRun {
    let become = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
    let words = (geteuid() == 0 ? become : []) + [program] + arguments
    let run = try CommandRun.run(
      words[0], Array(words.dropFirst()), in: folder, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"],
      stdin: stdin, deadlineSeconds: deadlineSeconds)
    guard run.status == 0 else { throw ServerFailure(description: run.summary) }
    return run
  }

  private static let making = """
    folder=$(mktemp -d /tmp/spellbook-XXXXXX) && mkfifo -m 600 "$folder/life" && echo "$folder"
    """

  /// Opens the pipe for reading only, without ever waiting for a writer, and leaves the watchdog behind in a session of
  /// its own, which no key and no signal to the group of the tests reaches.
  private static let launching = """
    exec 3<>"$1/life" && exec 4<"$1/life" && exec 3>&-
    setsid /bin/sh -c "$0" watchdog "$1" "$2" <&4 4<&- >/dev/null 2>&1 &
    """

  /// Blocks until nobody holds the write end; what is left after five seconds is killed. Servers that initdb runs, or
  /// that read statements from a pipe, end by themselves; a signal would make them leave shared memory behind.
  private static let watching = """
    while read -r line; do :; done
    signal=$2
    round=0
    while processes=$(find /proc/[0-9]*/cwd -prune -lname "$1*" -printf '%h\\n'); [ -n "$processes" ]; do
      round=$((round + 1))
      [ "$round" -lt 50 ] || signal=KILL
      if [ "$signal" = KILL ] || ! grep -qse --boot -e --single $(printf '%s/cmdline ' $processes); then
        for process in $processes; do kill -"$signal" "${process#/proc/}"; done
      fi
      sleep 0.1
    done
    rm -rf "$1"
    """
}

/// A server of the tests that could not be made, started or stopped.
public struct ServerFailure: Error, CustomStringConvertible {
  /// The command that failed, and all that it said; or what did not come in time.
  public let description: String
}
