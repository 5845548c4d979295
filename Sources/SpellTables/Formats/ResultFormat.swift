import SpellCore

/// What the place of output is like. The standard is a file: complete, plain.
package struct FormatOptions: Sendable {
  /// Cells in a line of the terminal; nil if nothing need be fitted.
  package var width: Int?
  package var isTerminal: Bool
  package var colour: Bool
  /// Whether box-drawing characters can be shown; else ASCII.
  package var unicodeBox: Bool
  /// Rows that a table or vertical listing shows; it says how many there are.
  package var rowLimit: Int?
  /// Whether a table is a vertical listing.
  package var expanded = Expanded.auto
  /// Whether values may be cut to fit a table to the terminal.
  package var cutsValues = true
  /// Whether texts that a spreadsheet would take for formulas get a quote before them in delimited formats.
  package var guardsFormulas = false
  /// How the whole can be seen, for the line below a table of which a part is shown.
  package var wholeHint: String?

  /// `auto`: where no cutting makes the table fit.
  package enum Expanded: String, Sendable, CaseIterable { case auto, on, off }

  package init(
    width: Int? = nil, isTerminal: Bool = false, colour: Bool = false, unicodeBox: Bool = false, rowLimit: Int? = nil
  ) {
    self.width = width
    self.isTerminal = isTerminal
    self.colour = colour
    self.unicodeBox = unicodeBox
    self.rowLimit = rowLimit
  }
}

/// Prints results in one way. The calls come as those of `ResultSink`, whose batches it gets.
package protocol ResultFormat: AnyObject {
  /// As that of `ResultSink`.
  var rawLabelDelimiter: UInt8? { get }
  func begin(_ columns: [ResultColumn], to output: inout OutputBuffer) throws
  func write(_ batch: RowBatch, rawLabels: Column?, to output: inout OutputBuffer) throws
  func finish(to output: inout OutputBuffer) throws
}

extension ResultFormat {
  package var rawLabelDelimiter: UInt8? { nil }
}
