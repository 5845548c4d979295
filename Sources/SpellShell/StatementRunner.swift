import SpellCatalog

/// What the shell drives: it shows its prompt and runs one statement after another.
package protocol StatementRunner: AnyObject {
  /// The prompt of a new statement, made by `Prompt.ready`.
  var prompt: String { get }

  /// What completion offers the names of.
  var catalog: Catalog { get }

  /// Runs one statement, its `;` included, and shows its result or its errors. An interrupt during it cancels the
  /// `Cancellation` that was given to the shell.
  func run(_ text: String)
}

extension StatementRunner {
  /// Without metadata there are no names.
  package var catalog: Catalog { .empty }
}
