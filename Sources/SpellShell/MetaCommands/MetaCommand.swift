import SpellCore

/// A command of the shell: `\name argument …`, from where a statement may begin to the end of the line.
package struct MetaCommand: Sendable {
  /// Without the `\`.
  package let name: String
  /// As `\?` shows them, each one word; those in brackets may be left out, and with `…` at the end there may be more.
  package let arguments: String
  /// One line.
  package let help: String
  /// Another name.
  private let alias: String?
  /// Whether a line of it belongs into the history.
  let isKept: Bool
  let run: @Sendable (MetaLine, SessionRunner) throws -> Void

  init(
    _ name: String, _ arguments: String, _ help: String, alias: String? = nil, isKept: Bool = true,
    _ run: @escaping @Sendable (MetaLine, SessionRunner) throws -> Void
  ) {
    self.name = name
    self.arguments = arguments
    self.help = help
    self.alias = alias
    self.isKept = isKept
    self.run = run
  }

  /// All that it goes by.
  package var names: [String] { [name, alias].compactMap { $0 } }

  /// Throws if a line has too few arguments or too many.
  func check(_ line: MetaLine) throws(SpellError) {
    let words = arguments.split(separator: " ")
    let required = words.prefix { !$0.hasPrefix("[") }.count
    if line.arguments.count < required { throw ShellMessages.missingArgument(of: self, at: line.location(line.name)) }
    if line.arguments.count > words.count, !arguments.hasSuffix("…"), !arguments.hasSuffix("…]") {
      throw ShellMessages.surplusArgument(of: self, at: line.location(line.arguments[words.count]))
    }
  }
}
