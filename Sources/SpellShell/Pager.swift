import SpellCore
import SpellTables
import Spellbook

/// Shows results that do not fit on the screen with `$PAGER`, else `less`. An empty `$PAGER` shows everything at once.
package enum Pager {
  /// What `Session.pager` needs; nil where nothing pages.
  package static func make(size: @escaping () -> TerminalSize?, output: any OutputTarget) -> ResultPager? {
    guard let command = command(environment: Environment.value) else { return nil }
    return { bytes in
      if let size = size(), !fits(bytes, size) {
        // As for people who never set it: chop long lines, keep colours, leave the screen as it is.
        if ChildProcess.run("LESS=${LESS--SRXF}; export LESS; \(command)", input: bytes) != 127 { return }
      }
      try bytes.withUnsafeBufferPointer { try output.write($0) }
    }
  }

  static func command(environment: (String) -> String?) -> String? {
    if let command = environment("PAGER") { return command.isEmpty ? nil : command }
    let folders = (environment("PATH") ?? "").split(separator: ":")
    return folders.contains { FileStamp(path: "\($0)/less") != nil } ? "less" : nil
  }

  /// Whether all lines can be seen at once, above the prompt that follows.
  static func fits(_ bytes: [UInt8], _ size: TerminalSize) -> Bool {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
    guard lines.count < size.rows else { return false }
    return lines.allSatisfy { line in
      DisplayWidth.cells(of: withoutColours(String(decoding: line, as: UTF8.self))) <= size.columns
    }
  }

  /// Colour sequences take no cells.
  private static func withoutColours(_ text: String) -> String {
    var result = ""
    var isInSequence = false
    for scalar in text.unicodeScalars {
      if scalar == "\u{1B}" { isInSequence = true }
      if !isInSequence { result.unicodeScalars.append(scalar) }
      if isInSequence, scalar == "m" { isInSequence = false }
    }
    return result
  }
}
