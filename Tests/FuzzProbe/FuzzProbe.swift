import Glibc
import TestSupport

/// Feeds a target. What it is fed lies in a file, so that an input that ends the program can be looked at.
///
///     fuzz-probe list
///     fuzz-probe TARGET INPUT-FILE replay FILE …
///     fuzz-probe TARGET INPUT-FILE mutate SEED SECONDS FILE …
///
/// Built with `-D LIBFUZZER` it is a program of libFuzzer, whose options follow the target.
@main struct FuzzProbe {
  /// Processor time that one input may take.
  private static let mostSeconds = 1
  /// Memory that the program may hold.
  private static let mostBytes: UInt = 1 << 30

  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    #if LIBFUZZER
      runLibFuzzer(words)
    #else
      if words == ["list"] { return say(FuzzTarget.all.map { "\($0.name)\n" }.joined()) }
      guard words.count > 2, let target = FuzzTarget.named(words[0]) else { return fail("no such target") }
      let probe = try FuzzProbe(target: target, inputFile: words[1])
      switch words[2] {
      case "replay":
        for path in words[3...] { try probe.feed(try readFile(path)) }
        say("executions: \(words.count - 3)\n")
      case "mutate":
        guard words.count > 4, let seed = UInt64(words[3]), let seconds = Double(words[4]) else {
          return fail("no seed or time")
        }
        try probe.mutate(Mutator(corpus: words[5...].map(readFile), words: target.words, seed: seed), seconds: seconds)
      default: fail("neither replay nor mutate")
      }
    #endif
  }

  private let target: FuzzTarget
  private let descriptor: Int32

  private init(target: FuzzTarget, inputFile: String) throws {
    self.target = target
    descriptor = open(inputFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileFailure(path: inputFile, code: errno) }
    var limit = rlimit(rlim_cur: Self.mostBytes, rlim_max: Self.mostBytes)
    setrlimit(__rlimit_resource_t(UInt32(RLIMIT_DATA.rawValue)), &limit)
  }

  private func mutate(_ mutator: Mutator, seconds: Double) throws {
    var mutator = mutator
    let end = ContinuousClock.now + .seconds(seconds)
    var executions = 0
    while .now < end {
      try feed(mutator.next())
      executions += 1
    }
    say("executions: \(executions)\n")
  }

  /// Ends the program if a target finds something, or takes too long.
  private func feed(_ bytes: [UInt8]) throws {
    ftruncate(descriptor, 0)
    _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    // The signal that comes then ends the program.
    var limit = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: Self.mostSeconds, tv_usec: 0))
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &limit, nil)
    do {
      try target.check(bytes)
    } catch {
      fail("\(target.name): \(error)")
    }
  }
}

private func say(_ text: String) {
  _ = Array(text.utf8).withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

private func fail(_ text: String) {
  _ = Array("\(text)\n".utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(1)
}

#if LIBFUZZER
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ check: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
  ) -> Int32

  /// Named by the first argument; a C function cannot carry it.
  nonisolated(unsafe) private var chosen = FuzzTarget.all[0]

  private func runLibFuzzer(_ words: [String]) {
    guard let target = words.first.flatMap(FuzzTarget.named) else { return fail("no such target") }
    chosen = target
    let kept = ([CommandLine.arguments[0]] + words.dropFirst()).map { strdup($0) } + [nil]
    var count = Int32(kept.count - 1)
    let copy = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: kept.count)
    copy.initialize(from: kept, count: kept.count)
    var words = copy
    exit(
      runDriver(&count, &words) { bytes, count in
        do {
          try chosen.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
        } catch {
          _ = Array("\(error)\n".utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
          abort()
        }
        return 0
      })
  }
#endif
