import Glibc
import TestSupport

/// A call of the system that goes wrong.
struct Fault {
  var call: String
  /// Which of its kind.
  var number: Int
  /// What `errno` is then, or what else happens.
  var code: String
  /// The one file that counts; all of the folder without one.
  var file = ""
}

/// The executable in a folder of its own, with calls on the files there going wrong.
final class FaultyRoom {
  let folder: TemporaryFolder
  /// Where the library tells what it did.
  private let marks: TemporaryFolder

  /// A library of a few lines, compiled once.
  private static let library = Result {
    let path = try kept.get().file("faults.so")
    let run = try CommandRun.run(
      "/usr/bin/env", ["clang", "-shared", "-fPIC", "-o", path, "\(Checkout.root)/Tests/FaultTests/faults.c", "-ldl"],
      in: "/", environment: ["PATH": getenv("PATH").map { String(cString: $0) } ?? ""])
    guard run.status == 0 else { throw MissingLibrary(description: run.summary) }
    return path
  }
  /// It lives as long as this process.
  nonisolated(unsafe) private static let kept = Result { try TemporaryFolder() }

  private struct MissingLibrary: Error, CustomStringConvertible {
    let description: String
  }

  init() throws {
    folder = try TemporaryFolder()
    marks = try TemporaryFolder()
  }

  func environment(_ fault: Fault) throws -> [String: String] {
    unlink(marks.file("fault"))
    unlink(marks.file("go"))
    unlink(marks.file("ended"))
    return [
      "LD_PRELOAD": try Self.library.get(), "FAULT_FOLDER": folder.file(fault.file), "FAULT_MARKS": marks.path,
      "FAULT_CALL": fault.call, "FAULT_NUMBER": "\(fault.number)", "FAULT_CODE": fault.code, "HOME": folder.path,
    ]
  }

  /// The name of the file that the call was about; nil if it has not come to that call.
  var faultyFile: String? { (try? marks.read("fault"))?.split(separator: "/").last.map(String.init) }

  /// Whether the last process took its libraries down before it went.
  var hasEndedLibraries: Bool { access(marks.file("ended"), F_OK) == 0 }

  /// Lets a call that was paused go on.
  func letGo() throws { try marks.write("go", "") }

  func run(_ words: [String], _ fault: Fault) throws -> CommandRun {
    try Spellbook.run(words, in: folder, environment: environment(fault))
  }

  func start(_ words: [String], _ fault: Fault) throws -> RunningCommand {
    try Spellbook.start(words, in: folder, environment: environment(fault))
  }

  /// Runs words again and again, the first call of the kind going wrong, then the second and so on, until there is none
  /// left. Returns how often.
  func eachCall(
    _ call: String, code: String, _ words: [String], prepare: () throws -> Void,
    _ check: (CommandRun, _ file: String) throws -> Void
  ) throws -> Int {
    for number in 1...1000 {
      try prepare()
      let run = try run(words, Fault(call: call, number: number, code: code))
      guard let file = faultyFile else { return number - 1 }
      try check(run, file)
    }
    throw MissingLibrary(description: "a thousand calls of \(call)")
  }
}
