/// What a terminal shows of what a program wrote to it, as lines of any length: control sequences leave nothing behind,
/// and what is written over is gone.
func shownText(_ written: String) -> String {
  var lines: [[Unicode.Scalar]] = [[]]
  var column = 0
  var rest = Substring.UnicodeScalarView(written.unicodeScalars)
  while let scalar = rest.popFirst() {
    switch scalar {
    case "\n":
      lines.append([])
      column = 0
    case "\r": column = 0
    case "\u{8}": column = max(0, column - 1)
    case "\u{1B}":
      let erasesRestOfLine = controlSequence(from: &rest) == "[K"
      if erasesRestOfLine { lines[lines.count - 1].removeSubrange(column...) }
    default:
      var line = lines.removeLast()
      if column < line.count { line[column] = scalar } else { line.append(scalar) }
      lines.append(line)
      column += 1
    }
  }
  return lines.map { line in String(String.UnicodeScalarView(line)) }.joined(separator: "\n")
}

/// Takes what belongs to an escape that was just read: `[`, parameters and a letter, or one character.
private func controlSequence(from rest: inout Substring.UnicodeScalarView) -> String {
  guard let first = rest.popFirst() else { return "" }
  var sequence = String(first)
  guard first == "[" else { return sequence }
  while let scalar = rest.popFirst() {
    sequence.unicodeScalars.append(scalar)
    if ("@"..."~").contains(scalar) { break }
  }
  return sequence
}
