import SpellCore

/// Prints a result: a format, a buffer and the target behind it.
package final class FormattedSink: ResultSink {
  private let format: any ResultFormat
  private var output: OutputBuffer

  package init(format: any ResultFormat, target: any OutputTarget) {
    self.format = format
    output = OutputBuffer(target)
  }

  package var rawLabelDelimiter: UInt8? { format.rawLabelDelimiter }

  package func begin(_ columns: [ResultColumn]) throws { try format.begin(columns, to: &output) }

  package func write(_ batch: RowBatch, rawLabels: Column?) throws {
    try format.write(batch, rawLabels: rawLabels, to: &output)
  }

  package func finish() throws {
    try format.finish(to: &output)
    try output.flush()
  }
}
