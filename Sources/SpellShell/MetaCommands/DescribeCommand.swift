import SpellCore
import SpellLanguage

/// `\d`: SHOW ALL; `\d name`: DESCRIBE name.
enum DescribeCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    var body = StatementBody.show(ShowStatement(subject: .all))
    if let argument = line.arguments.first { body = .describe(try name(argument, of: line)) }
    try runner.session.execute(
      Statement(body: body, source: line.source, span: line.span), parameters: runner.parameters)
  }

  /// Reads `name` and `group.feature` as DESCRIBE does; messages point at the argument.
  private static func name(_ argument: MetaLine.Word, of line: MetaLine) throws -> DescribeStatement {
    let script = Parser.parse(SourceText(name: line.source.name, text: "DESCRIBE \(argument.text)"))
    guard script.diagnostics.isEmpty, case .describe(var statement)? = script.statements.first?.body else {
      throw ShellMessages.notAName(argument.text, at: line.location(argument))
    }
    statement.qualifier?.span = argument.span
    statement.name.span = argument.span
    return statement
  }
}
