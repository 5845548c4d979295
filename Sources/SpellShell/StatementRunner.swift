import SpellCatalog

/// What the shell drives: it shows its prompt and runs one statement after another.
package protocol StatementRunner: AnyObject {
  /// The prompt of a new statement, made by `Prompt.ready`.
  var prompt: String { get }

  /// What completion offers the names of.
  var catalog: Catalog { get }

  /// What completion offers as saved queries.
  var savedQueryNames: [String] { get }

  /// What Up recalls before anything was typed, the oldest first.
  var recalled: [String] { get }

  /// Runs one statement, its `;` included, or a command, and shows its result or its errors. An interrupt during it
  /// cancels the `Cancellation` that was given to the shell. What is private is kept nowhere.
  func run(_ text: String, isPrivate: Bool)

  /// What the last command wants the shell to take as if it had been typed, once.
  func takeReplay() -> String?
}

extension StatementRunner {
  /// Without metadata there are no names.
  package var catalog: Catalog { .empty }

  /// Nobody has saved a query.
  package var savedQueryNames: [String] { [] }

  /// Nothing was typed before.
  package var recalled: [String] { [] }

  /// Commands only run.
  package func takeReplay() -> String? { nil }
}
