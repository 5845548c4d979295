/// What is known of an engine that is not in our process, once it was connected to.
package struct ServerFacts: Sendable, Equatable {
  /// Whether it takes arrays of labels, and ranks rows.
  package var takesArrays: Bool
  /// What lies between it and us; nil if it is near.
  package var link: LinkFacts?
  /// Whether it follows another server, and may be behind it.
  package var isStandby: Bool

  package init(takesArrays: Bool, link: LinkFacts? = nil, isStandby: Bool = false) {
    self.takesArrays = takesArrays
    self.link = link
    self.isStandby = isStandby
  }
}

/// The way from a server that is not near, as measured.
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
