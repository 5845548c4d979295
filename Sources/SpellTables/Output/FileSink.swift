import SpellCore

/// Prints a result into the file of an INTO clause. The file is opened with the first row, so that a statement that
/// fails before it has a result leaves not even a trace in the folder.
package final class FileSink: ResultSink {
  private let path: String
  private let overwrite: Bool
  private let format: any ResultFormat
  private let cancellation: Cancellation
  private var file: OutputFile?
  private var sink: FormattedSink?

  package init(path: String, overwrite: Bool, format: any ResultFormat, cancellation: Cancellation) {
    self.path = path
    self.overwrite = overwrite
    self.format = format
    self.cancellation = cancellation
  }

  package var rawLabelDelimiter: UInt8? { format.rawLabelDelimiter }

  package func begin(_ columns: [ResultColumn]) throws {
    let file = try OutputFile(path: path, overwrite: overwrite, cancellation: cancellation)
    let sink = FormattedSink(format: format, target: file.target)
    self.file = file
    self.sink = sink
    try sink.begin(columns)
  }

  package func write(_ batch: RowBatch, rawLabels: Column?) throws { try sink?.write(batch, rawLabels: rawLabels) }

  package func finish() throws { try sink?.finish() }

  /// Puts the file in its place. Without this call nothing appears there.
  package func commit() throws { try file?.commit() }
}
