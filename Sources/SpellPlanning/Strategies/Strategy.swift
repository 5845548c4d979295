/// How the rows of a group are fetched. The fold decides the answer whatever the strategy, but for `server`.
package enum Strategy: String, Sendable, CaseIterable {
  /// Every row once, in storage order.
  case scan
  /// The rows of the keys that are asked for.
  case lookup
  /// The newest rows at the moments that are asked for.
  case seek
  /// Those of the rows of the keys that can answer: a server finds them, and the rest stays there.
  case reduce
  /// None: one statement of the engine's own gives the whole result.
  case server
}
