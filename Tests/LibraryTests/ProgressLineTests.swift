import Glibc
import Testing

@testable import Spellbook

/// The line that shows how far a long statement has got.
@Suite struct ProgressLineTests {
  private final class Screen { var text = "" }

  @Test func quickStatementsShowNothing() {
    let screen = Screen()
    let line = ProgressLine(show: { screen.text += $0 }, isSilentWhileWriting: false)
    line.beginReading("weather", estimate: 100)
    line.advance(to: 50)
    line.clear()
    #expect(screen.text.isEmpty)
  }

  @Test func slowStatementsShowOneLineAndTakeItAway() {
    let screen = Screen()
    let line = ProgressLine(show: { screen.text += $0 }, isSilentWhileWriting: true)
    line.beginReading("weather", estimate: 10_000)
    usleep(600_000)
    line.advance(to: 2500)
    #expect(screen.text.hasPrefix("\r\u{1B}[Kreading weather: 2,500 of about 10,000 rows, "))
    #expect(screen.text.contains(" rows/s, "))
    #expect(screen.text.hasSuffix(" left"))
    // Not more often than ten times a second.
    let shown = screen.text
    line.advance(to: 2600)
    #expect(screen.text == shown)
    line.beginWriting(estimate: 10)
    #expect(screen.text == shown + "\r\u{1B}[K")
    line.advance(to: 10)
    line.clear()
    #expect(screen.text == shown + "\r\u{1B}[K")
  }

  @Test func theSummaryTellsHowFarAStatementGot() {
    let line = ProgressLine(show: nil, isSilentWhileWriting: false)
    #expect(line.summary == nil)
    line.beginReading("weather", estimate: 10)
    line.advance(to: 7)
    #expect(line.summary == "reading weather: 7 of about 10 rows")
    line.advance(to: 12)
    #expect(line.summary == "reading weather: 12 rows", "an estimate that was too low is not shown")
    line.beginWriting(estimate: 1200)
    line.advance(to: 1000)
    #expect(line.summary == "writing the result: 1,000 of about 1,200 rows")
  }
}
