import Glibc

/// The built executable, driven as its users drive it.
public enum Spellbook {
  /// The access paths that every answer must agree under; a new one joins by its name.
  public static let strategies = ["scan", "lookup", "seek", "reduce"]

  /// Access paths whose answers must agree too, and whose rows no fold sees: stored values are not checked, second rows
  /// of static groups are not refused, and ties are not counted, so that traps about those cannot hold.
  public static let unfoldedStrategies = ["server"]

  /// Where the build left the executable: beside the bundle of the tests.
  public static let executable: String = {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    let parts = bundle.split(separator: "/", omittingEmptySubsequences: false)
    let end = parts.firstIndex { $0.hasSuffix(".xctest") } ?? parts.count - 1
    return (parts[..<end] + ["spellbook"]).joined(separator: "/")
  }()

  /// Runs `spellbook` in a working folder with an environment of `PATH`, `HOME`, `TMPDIR` and the variables given,
  /// which win over the three.
  public static func run(
    _ arguments: [String], in folder: TemporaryFolder, stdin: [UInt8] = [], environment: [String: String] = [:],
    deadlineSeconds: Double = 60
  ) throws -> CommandRun {
    try start(arguments, in: folder, stdin: stdin, environment: environment).finish(deadlineSeconds: deadlineSeconds)
  }

  /// Starts `spellbook`, as `run` does, and does not wait for its end.
  public static func start(
    _ arguments: [String], in folder: TemporaryFolder, stdin: [UInt8] = [], environment: [String: String] = [:]
  ) throws -> RunningCommand {
    guard access(executable, X_OK) == 0 else { throw MissingExecutable(path: executable) }
    // The backtracer would add seconds to a crash and hide its signal.
    var variables = ["SWIFT_BACKTRACE": "enable=no"]
    for name in ["PATH", "HOME", "TMPDIR"] + instrumentVariables {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    variables.merge(environment) { $1 }
    return try RunningCommand(executable, arguments, in: folder.path, environment: variables, stdin: stdin)
  }
}

/// Where a program counts the lines that it reaches, and what its sanitizer heeds, if it was built with either.
let instrumentVariables = ["LLVM_PROFILE_FILE", "ASAN_OPTIONS", "TSAN_OPTIONS"]

/// The tests ran before the executable was built.
public struct MissingExecutable: Error, CustomStringConvertible {
  /// Where it was expected.
  public let path: String
  /// One sentence for the failure text.
  public var description: String { "there is no executable \(path): build the product `spellbook` first" }
}
