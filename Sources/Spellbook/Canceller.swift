import SpellCore

/// Ends the running call of a `FeatureStore` from any thread; the call throws.
public struct Canceller: Sendable {
  let cancellation: Cancellation

  /// Ends what runs now; later calls are not touched.
  public func cancel() { cancellation.cancel() }
}
