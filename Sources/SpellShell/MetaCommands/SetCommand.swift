import SpellCore
import SpellLanguage
import Spellbook

/// `\set`: what SET changes, and the values of parameters: `\set limit 100`, `\set :city 'New York'`.
enum SetCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    guard let name = line.arguments.first else {
      return try runner.tell(ShellMessages.settings(settings(of: runner) + parameters(of: runner)))
    }
    let value = line.arguments.dropFirst().first
    if name.text.hasPrefix(":") { return try setParameter(name, to: value, of: line, in: runner) }
    if value == nil, let setting = settings(of: runner).first(where: { $0.name == name.text.lowercased() }) {
      return try runner.tell(ShellMessages.settings([setting]))
    }
    let statement = SetStatement(
      name: Name(name.text, span: name.span), value: Literal(.text(value?.text ?? ""), span: (value ?? name).span))
    try runner.session.settings.apply(statement, source: line.source)
  }

  private static func setParameter(
    _ name: MetaLine.Word, to value: MetaLine.Word?, of line: MetaLine, in runner: SessionRunner
  ) throws {
    let key = String(name.text.dropFirst())
    guard let value else {
      guard let current = runner.parameters[key] else {
        throw ShellMessages.unknownParameter(key, given: runner.parameters.keys.sorted(), at: line.location(name))
      }
      return try runner.tell(ShellMessages.settings([(name.text, current)]))
    }
    guard ParameterKind.isParameterName(key) else {
      throw ShellMessages.notAParameter(name.text, at: line.location(name))
    }
    runner.parameters[key] = value.text
  }

  private static func settings(of runner: SessionRunner) -> [(name: String, value: String)] {
    Settings.names.compactMap { name in runner.session.settings.value(of: name).map { (name, $0) } }
  }

  private static func parameters(of runner: SessionRunner) -> [(name: String, value: String)] {
    runner.parameters.sorted { $0.key < $1.key }.map { (":\($0.key)", $0.value) }
  }
}
