import SpellCore
import Testing

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("plain", 5), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("ｱ", 1), ("Ａ", 2), ("한국", 4),
    ("\u{1112}\u{1161}\u{11AB}", 2),
    ("😀", 2), ("👩‍💻", 2), ("👨‍👩‍👧‍👦", 2), ("👍🏽", 2), ("🏽", 2), ("🇩🇪", 2), ("❤", 1), ("❤️", 2), ("❤️‍🔥", 2), ("1️⃣", 2),
    ("a\u{200B}b", 2),
    ("\u{1B}\u{7}", 0), ("\u{85}", 0), ("“x”", 3), ("│─", 2), ("…", 1), ("か\u{3099}", 2), ("、", 2), ("が", 2), ("עִ", 1),
    ("ก็", 1),
    ("\u{FEFF}a", 1), ("𠀀", 2), ("µ", 1), ("क्‍ष", 2), ("\u{AD}", 1), ("\u{2028}", 0), ("⌚", 2), ("㉈", 1), ("㉐", 2),
    ("✓", 1), ("—", 1),
  ])
  func cells(text: String, cells: Int) { #expect(DisplayWidth.cells(of: text) == cells) }

  @Test func everyScalarHasAWidth() {
    var counts = [0, 0, 0]
    for value in UInt32(0)...0x10FFFF {
      if let scalar = Unicode.Scalar(value) { counts[DisplayWidth.cells(of: scalar)] += 1 }
    }
    #expect(counts.allSatisfy { $0 > 1000 })
  }
}

@Suite struct VisibleTextTests {
  @Test func controlsAreSpelledOut() {
    #expect(VisibleText.escaped("plain é 日 😀") == "plain é 日 😀")
    #expect(VisibleText.escaped("\u{1B}[31m\r\n\t\u{0}") == "\\u{1b}[31m\\u{d}\\u{a}\\u{9}\\u{0}")
    #expect(VisibleText.escaped("\u{7F}\u{9B}\u{202E}\u{2066}\u{2028}") == "\\u{7f}\\u{9b}\\u{202e}\\u{2066}\\u{2028}")
  }
}
