/// A moment in microseconds of UTC since 1970-01-01, with PostgreSQL's two infinities.
@usableFromInline
package struct Instant: Sendable, Hashable, Comparable {
  @usableFromInline package var microseconds: Int64

  @inlinable
  package init(microseconds: Int64) { self.microseconds = microseconds }

  /// Before every finite moment; no arithmetic moves it.
  @inlinable package static var negativeInfinity: Instant { Instant(microseconds: .min) }
  /// After every finite moment; no arithmetic moves it.
  @inlinable package static var infinity: Instant { Instant(microseconds: .max) }

  @inlinable package var isFinite: Bool { microseconds != .min && microseconds != .max }

  @inlinable
  package static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }
}
