import SpellCore
import SpellExecution

/// Shows the progress of a statement in one line of the terminal, once it has taken half a second, and takes the line
/// away at its end. Says how far an interrupted statement had got.
final class ProgressLine: Progress {
  private static let patienceNanoseconds: UInt64 = 500_000_000
  private static let periodNanoseconds: UInt64 = 100_000_000

  /// Nil where standard error is no terminal: progress never gets into logs and pipes.
  private let show: ((String) -> Void)?
  /// Results on the same terminal show their own progress.
  private let isSilentWhileWriting: Bool
  private var isSilent = false
  private let start = MonotonicClock.nanoseconds
  private var stage = ""
  private var estimate: Int?
  private var rows = 0
  private var stageStart: UInt64 = 0
  private var lastShown: UInt64 = 0
  private var isShown = false

  init(show: ((String) -> Void)?, isSilentWhileWriting: Bool) {
    self.show = show
    self.isSilentWhileWriting = isSilentWhileWriting
  }

  func beginReading(_ what: String, estimate: Int?) { begin("reading \(what)", estimate: estimate) }

  func beginWriting(estimate: Int) {
    begin("writing the result", estimate: estimate)
    guard isSilentWhileWriting else { return }
    clear()
    isSilent = true
  }

  private func begin(_ stage: String, estimate: Int?) {
    self.stage = stage
    self.estimate = estimate
    rows = 0
    stageStart = MonotonicClock.nanoseconds
  }

  func advance(to rows: Int) {
    self.rows = rows
    guard let show, !isSilent else { return }
    let now = MonotonicClock.nanoseconds
    guard now - start >= Self.patienceNanoseconds, now - lastShown >= Self.periodNanoseconds else { return }
    lastShown = now
    isShown = true
    show("\r\u{1B}[K\(text(at: now))")
  }

  /// Takes the line away.
  func clear() {
    if isShown { show?("\r\u{1B}[K") }
    isShown = false
  }

  /// "reading weather: 1,200,000 of about 10,000,000 rows"; nil before anything began.
  var summary: String? {
    if stage.isEmpty { return nil }
    let whole = estimate.map { $0 > rows ? " of about \(Count.grouped($0))" : "" } ?? ""
    return "\(stage): \(Count.grouped(rows))\(whole) rows"
  }

  private func text(at now: UInt64) -> String {
    var text = summary ?? ""
    let seconds = Double(now - stageStart) / 1e9
    guard seconds > 0.1, rows > 0 else { return text }
    let rate = Double(rows) / seconds
    text += ", \(Count.grouped(Int(rate))) rows/s"
    if let estimate, estimate > rows { text += ", \(AgeText.text(Int64(Double(estimate - rows) / rate * 1e6))) left" }
    return text
  }
}
