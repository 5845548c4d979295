/// Hears how far a long statement has got. Called between batches, on the thread that runs the statement.
package protocol Progress: AnyObject {
  /// Reading begins, of a group or of the labels; `estimate` is how many rows there may be, where somebody knows.
  func beginReading(_ what: String, estimate: Int?)
  /// The result is written from now on.
  func beginWriting(estimate: Int)
  /// This many rows of the stage are done.
  func advance(to rows: Int)
}
