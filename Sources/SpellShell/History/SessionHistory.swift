import SpellCore
import Spellbook

/// The history of a session: keeps what was typed, and warns once when that fails.
package final class SessionHistory {
  /// Statements between two looks at the number of lines.
  private static let statementsPerTrim = 1000

  private let file: HistoryFile?
  private let console: Console
  private var hasWarned = false
  private var appendedCount = 0

  /// Without a file, as where no folder is the user's, nothing is kept.
  package init(file: HistoryFile?, console: Console) {
    self.file = file
    self.console = console
  }

  /// Keeps an entry. A shell whose history cannot be written goes on without.
  func keep(_ entry: HistoryEntry) {
    do throws(HistoryProblem) {
      guard let file else { throw .noFolder }
      try file.append(entry)
      if appendedCount % Self.statementsPerTrim == 0 { try file.trim() }
      appendedCount += 1
    } catch {
      if case .tooLong = error { return console.show([HistoryMessages.diagnostic(error, .warning)]) }
      if !hasWarned { console.show([HistoryMessages.diagnostic(error, .warning)]) }
      hasWarned = true
    }
  }

  /// The entries that are asked for. Damaged lines are told of.
  package func entries(_ query: HistoryQuery) throws(SpellError) -> HistoryAnswer {
    do throws(HistoryProblem) {
      guard let file else { throw .noFolder }
      let answer = try file.entries(query)
      if answer.damagedCount > 0 { console.show([HistoryMessages.damaged(answer.damagedCount)]) }
      return answer
    } catch {
      throw SpellError(.statement, HistoryMessages.diagnostic(error))
    }
  }

  /// What Up recalls, the oldest first.
  var recent: [String] { file?.recent() ?? [] }

  /// The entry of a number, or nil.
  func entry(id: Int) throws(SpellError) -> HistoryEntry? {
    do throws(HistoryProblem) {
      guard let file else { throw .noFolder }
      return try file.entry(id: id)
    } catch {
      throw SpellError(.statement, HistoryMessages.diagnostic(error))
    }
  }
}
