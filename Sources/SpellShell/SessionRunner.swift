import SpellCore
import Spellbook

/// Runs the shell's statements in a session, whose console shows results and errors.
package final class SessionRunner: StatementRunner {
  private let session: Session
  private let parameters: [String: String]

  package init(session: Session, parameters: [String: String]) {
    self.session = session
    self.parameters = parameters
  }

  package var prompt: String { Prompt.ready(label: session.engineLabel, writable: session.isWritable) }

  package func run(_ text: String) {
    _ = session.run(SourceText(name: "<stdin>", text: text), parameters: parameters, keepsGoing: true)
  }
}
