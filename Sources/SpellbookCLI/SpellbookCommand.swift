import ArgumentParser
import SpellCore
import Spellbook
import Synchronization

/// `spellbook`: a shell on a terminal, a script where standard input is none, or the statements of `-c` and `-f`.
struct SpellbookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spellbook",
    abstract: "Point-in-time correct training tables from a database that is only read.",
    discussion: """
      Without a subcommand, -c or -f: a shell on a terminal, else a script from standard input.
      Exit codes: 0 ok, 1 a statement failed, 2 wrong usage or invalid metadata, 3 the database cannot be opened,
      130 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      ShellCommand.self, GetCommand.self, ExportCommand.self, JoinCommand.self, ProfileCommand.self,
      CheckCommand.self, ImportCommand.self, InitCommand.self, RunCommand.self, HistoryCommand.self,
    ])

  /// A text to run, and its place among the arguments.
  struct Input: Sendable {
    enum Kind: Sendable { case statement, file }

    /// Options of two names come in two lists; a running number brings them back into the order given.
    private static let last = Atomic<Int>(0)

    let kind: Kind
    let text: String
    let position: Int

    init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
      position = Input.last.add(1, ordering: .relaxed).newValue
    }

    func source(cancellation: Cancellation) throws -> SourceText {
      switch kind {
      case .statement: SourceText(name: "-c", text: text)
      case .file: try ScriptFile.read(text, cancellation: cancellation)
      }
    }
  }

  @OptionGroup var session: SessionOptions

  @Option(
    name: .customShort("c"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run a statement; repeatable, in order with -f.", valueName: "statement"),
    transform: { Input(.statement, $0) })
  var statements: [Input] = []

  @Option(
    name: .customShort("f"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run a script; repeatable, - is standard input.", valueName: "file"),
    transform: { Input(.file, $0) })
  var files: [Input] = []

  /// The options of a subcommand, and those that stand before its name. What -c and -f name would not run.
  func options(of subcommand: SessionOptions) throws -> SessionOptions {
    guard statements.isEmpty, files.isEmpty else { throw UsageMessages.inputOfSubcommand }
    return subcommand.merged(with: session)
  }

  mutating func run() throws {
    let inputs = (statements + files).sorted { $0.position < $1.position }
    if inputs.isEmpty { try ShellCommand.run(session) }
    let usesStandardInput = inputs.contains { $0.kind == .file && $0.text == "-" }
    let session = try session.open(readsStatementsFromStandardInput: usesStandardInput)
    let sources = try inputs.map { try $0.source(cancellation: session.cancellation) }
    session.filesOfRun += inputs.filter { $0.kind == .file }.map(\.text)
    try self.session.run(sources, in: session)
  }
}
