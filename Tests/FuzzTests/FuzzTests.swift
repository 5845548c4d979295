import Glibc
import TestSupport
import Testing

/// Every target of the fuzzer over its corpus, and over what a fixed seed makes of that for a second.
@Suite struct FuzzTests {
  private static let corpora = "Tests/FuzzProbe/Corpus"
  static let targets = Checkout.names(in: corpora)
  private static let seed = "20240131"

  /// The files of a target's corpus; those of past findings are among them.
  private func corpus(of target: String) -> [String] {
    Checkout.files(under: "\(Self.corpora)/\(target)").map { "\(Checkout.root)/\($0)" }
  }

  /// Runs the probe; a failure shows the input that it ended with.
  private func probe(_ target: String, _ words: [String]) throws {
    let folder = try TemporaryFolder()
    let run = try CommandRun.run(
      builtProgram("fuzz-probe"), [target, folder.file("input")] + words,
      in: folder.path, environment: ["TMPDIR": folder.path, "SWIFT_BACKTRACE": "enable=no"], deadlineSeconds: 60)
    let input = String(decoding: (try? readFile(folder.file("input"))) ?? [], as: UTF8.self)
    let executions = Int(run.output.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
    #expect(run.status == 0 && executions > 10, "\(run.summary)\n--- input\n\(input.debugDescription)")
  }

  @Test func everyTargetHasACorpus() throws {
    let list = try CommandRun.run(
      builtProgram("fuzz-probe"), ["list"], in: "/", environment: [:])
    #expect(list.output.split(separator: "\n").map(String.init).sorted() == Self.targets)
    let sizes = try Self.targets.flatMap(corpus).map { try readFile($0).count }
    #expect(sizes.reduce(0, +) < 200_000, "the corpus is to stay small")
  }

  @Test(arguments: targets) func theCorpusIsTaken(target: String) throws {
    try probe(target, ["replay"] + corpus(of: target))
  }

  @Test(arguments: targets) func mutationsAreTaken(target: String) throws {
    try probe(target, ["mutate", Self.seed, "1"] + corpus(of: target))
  }
}
