import SpellCore
import SpellTables

/// The size of a terminal in cells.
package struct TerminalSize: Sendable, Equatable {
  package var rows: Int
  package var columns: Int

  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}

/// Shows the bytes of a result, page by page if they do not fit on the screen.
package typealias ResultPager = ([UInt8]) throws -> Void

/// Where a session's words and data go.
package final class Console {
  /// Data.
  package let output: any OutputTarget
  /// What the place of the data is like now: a terminal's window may change.
  var outputOptions: FormatOptions {
    var options = fixedOptions
    if options.isTerminal { options.width = size()?.columns }
    return options
  }
  private let fixedOptions: FormatOptions
  /// The size of the terminal, if data goes to one.
  package let size: () -> TerminalSize?
  /// The format of data unless a statement names one; nil: what the settings say.
  private(set) var format: ResultFormatEntry?
  /// Notes, reports and errors, each with its line end.
  package let note: (String) -> Void
  package let colour: Bool
  /// Whether a result that people read was shown.
  private var hasResults = false

  /// Whether the notes go to a terminal, which can show a line and take it away again.
  let showsProgress: Bool
  /// Only errors are written.
  let isQuiet: Bool

  /// Data to a file descriptor. On a terminal it is fitted to its size; `unicodeBox` says whether lines may be drawn.
  package convenience init(
    standardOutput: Int32, isTerminal: Bool, size: @escaping () -> TerminalSize?, unicodeBox: Bool, outputColour: Bool,
    noteColour: Bool,
    showsProgress: Bool, isQuiet: Bool, cancellation: Cancellation?, note: @escaping (String) -> Void
  ) {
    self.init(
      output: DescriptorTarget(descriptor: standardOutput, name: "standard output", cancellation: cancellation),
      outputOptions: FormatOptions(
        isTerminal: isTerminal, colour: outputColour, unicodeBox: unicodeBox), size: size,
      colour: noteColour, showsProgress: showsProgress, isQuiet: isQuiet, note: note)
  }

  init(
    output: any OutputTarget, outputOptions: FormatOptions, size: @escaping () -> TerminalSize? = { nil },
    colour: Bool, showsProgress: Bool, isQuiet: Bool, note: @escaping (String) -> Void
  ) {
    self.output = output
    fixedOptions = outputOptions
    self.size = size
    self.colour = colour
    self.showsProgress = showsProgress && !isQuiet
    self.isQuiet = isQuiet
    self.note = note
  }

  /// The same console, with data into a file instead.
  func redirected(to file: OutputFile, format: ResultFormatEntry?) -> Console {
    let console = Console(
      output: file.target, outputOptions: FormatOptions(), colour: colour, showsProgress: showsProgress,
      isQuiet: isQuiet, note: note)
    console.format = format
    return console
  }

  /// Tells something that is neither an error nor a result, unless the console is quiet.
  package func remark(_ text: String) {
    if !isQuiet { note(text) }
  }

  /// Writes text where data go.
  package func write(_ text: String) throws { try withBytes(of: text) { try output.write($0) } }

  /// Puts an empty line between results that people read one after another.
  func separate() throws {
    if hasResults { try write("\n") }
    hasResults = true
  }

  /// Prints diagnostics; warnings and notes only if the console is not quiet.
  package func show(_ diagnostics: [Diagnostic]) {
    let renderer = DiagnosticRenderer(colour: colour)
    for diagnostic in diagnostics where diagnostic.severity == .error || !isQuiet {
      note(renderer.render(diagnostic))
    }
  }

  /// Nowhere: where results are collected or kept.
  package static var silent: Console {
    Console(
      output: MemoryTarget(), outputOptions: FormatOptions(), colour: false, showsProgress: false, isQuiet: true,
      note: { _ in })
  }
}
