/// What lies between us and a server that is not near, as measured when it was connected to.
package struct LinkFacts: Sendable, Equatable {
  /// Milliseconds from a question to its answer.
  package var roundTrip: Double
  /// How much comes in a millisecond; nil where that could not be measured.
  package var bytesPerMillisecond: Double?

  package init(roundTrip: Double, bytesPerMillisecond: Double?) {
    self.roundTrip = roundTrip
    self.bytesPerMillisecond = bytesPerMillisecond
  }

  /// What so many bytes take on their way.
  package func milliseconds(_ bytes: Double) -> Double { bytesPerMillisecond.map { bytes / $0 } ?? 0 }
}
