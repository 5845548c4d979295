import SpellCore

/// Why a statement is not kept, or the history cannot be read.
package enum HistoryProblem: Error, Sendable, Equatable {
  case noFolder
  case cannotWrite(String, code: Int32)
  case cannotRead(String, code: Int32)
  /// A folder, a pipe or the like.
  case notRegular(String)
  /// Another process does not give the lock back.
  case locked(String)
  /// Others may read it, and that cannot be changed.
  case notPrivate(String, code: Int32)
  case tooLong(bytes: Int)
}
