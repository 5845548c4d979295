/// Terminal cells that text takes.
package enum DisplayWidth {
  /// 0 for combining marks and controls, 2 for wide characters, else 1.
  package static func cells(of scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    // Latin letters, and the only controls.
    if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1 }
    if isInWideScript(value) { return 2 }
    // The vowels and final consonants of a Hangul syllable are drawn into the cells of its first consonant.
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator: return 0
    case .format: return isVisibleFormat(value) ? 1 : 0
    default: break
    }
    // Two regional indicators make one flag of two cells.
    let isRegionalIndicator = (0x1F1E6...0x1F1FF).contains(value)
    return properties.isEmojiPresentation && !isRegionalIndicator ? 2 : 1
  }

  /// The sum of a text's scalars, where joined emoji take the cells of the first, a skin tone takes none, and a
  /// variation selector makes an emoji wide. Control characters count nothing: they are to be escaped before.
  package static func cells(of text: String) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    var total = 0
    var previous: Unicode.Scalar = " "
    var previousCells = 0
    for scalar in text.unicodeScalars {
      var cells = cells(of: scalar)
      if previous == zeroWidthJoiner, scalar.properties.isEmoji {
        cells = 0
      } else if scalar.properties.isEmojiModifier, previousCells == 2 {
        cells = 0
      } else if scalar == emojiSelector, previousCells == 1, previous.properties.isEmoji {
        cells = 1
      }
      total += cells
      previous = scalar
      previousCells = cells
    }
    return total
  }

  private static let zeroWidthJoiner: Unicode.Scalar = "\u{200D}"
  private static let emojiSelector: Unicode.Scalar = "\u{FE0F}"

  /// East Asian scripts and full-width forms, without the marks among them; emoji are known to the standard library.
  private static let wideScripts: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x3029, 0x3030...0x303E, 0x3041...0x3098, 0x309B...0x3247,
    0x3250...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x16FE3, 0x16FF0...0x1B2FF, 0x1D300...0x1D376, 0x1F200...0x1F265, 0x20000...0x3FFFD,
  ]

  private static func isInWideScript(_ value: UInt32) -> Bool {
    if value < 0x1100 { return false }
    var low = 0
    var high = wideScripts.count
    while low < high {
      let middle = (low + high) / 2
      if wideScripts[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < wideScripts.count && wideScripts[low].contains(value)
  }

  /// Signs that Arabic and others put around numbers: they count as format characters and are drawn all the same.
  private static func isVisibleFormat(_ value: UInt32) -> Bool {
    switch value {
    case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: true
    default: false
    }
  }
}
