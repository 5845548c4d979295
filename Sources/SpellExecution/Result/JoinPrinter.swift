import SpellCore
import SpellPlanning
import SpellTables

/// Gives the rows of a join to a sink, in one piece or in several: label fields from the file, once more, and features
/// from the folds.
struct JoinPrinter: ~Copyable {
  private let file: LabelFile
  private let progress: any Progress
  private let columns: [ResultColumn]
  private var hasBegun = false
  private var chunk: Chunk
  /// Stands behind the labels that were printed.
  private var reader: CSVReader
  private var skip: Int

  /// `labels` are the first of the join; with `printsRaw` the sink takes their records as raw bytes.
  init(
    plan: SelectPlan, labels: LabelTable, file: LabelFile, sink: any ResultSink, printsRaw: Bool,
    cancellation: Cancellation, progress: any Progress
  ) throws {
    let columns = plan.resultColumns(labels, of: file, printsRaw: printsRaw)
    let reader = try file.makeReader()
    self.file = file
    self.columns = columns
    self.progress = progress
    self.reader = reader
    skip = LabelCut(plan: plan).start
    chunk = Chunk(
      columns: columns, file: file, sink: sink, printsRaw: printsRaw, cancellation: cancellation, progress: progress)
  }

  /// Prints selected rows, or all.
  mutating func print(_ rows: ResultRows, selection: (rows: PlainBuffer<Int32>, isOrdered: Bool)?) throws {
    progress.beginWriting(estimate: selection?.rows.count ?? rows.count)
    // Not before there are answers: a statement that fails leaves no trace.
    if !hasBegun { try chunk.sink.begin(columns) }
    hasBegun = true
    chunk.writer.begin(rows: selection?.rows.count ?? rows.count)
    if let selection, selection.isOrdered, case .labels(let labels) = rows.base {
      for index in 0..<selection.rows.count {
        let row = selection.rows[index]
        var reader = file.makeReader(at: labels.offsets[Int(row)])
        if try reader.next() { try chunk.add(row, from: reader, rows) }
      }
    } else {
      try printInOrder(rows, selection?.rows)
    }
    try chunk.flush(rows)
    try chunk.writer.end()
  }

  /// Ends the result; returns the number of its rows.
  consuming func finish() throws -> Int {
    try chunk.sink.finish()
    return chunk.total
  }

  private mutating func printInOrder(_ rows: ResultRows, _ selected: PlainBuffer<Int32>?) throws {
    var row = 0
    var next = 0
    while row < rows.count, try reader.next() {
      if skip > 0 {
        skip -= 1
        continue
      }
      defer { row += 1 }
      if let selected {
        guard next < selected.count, Int(selected[next]) == row else { continue }
        next += 1
      }
      try chunk.add(Int32(row), from: reader, rows)
    }
  }

  /// Rows that are gathered into a batch.
  private struct Chunk {
    /// A page ends early when its labels reach this size, so that large ones do not pile up in memory.
    private static let mostBytes = 4 << 20

    let sink: any ResultSink
    let writer: SinkWriter
    private let cancellation: Cancellation
    private let progress: any Progress
    private let file: LabelFile
    private let labelCount: Int
    private let chosen = PlainBuffer<Int32>(filledWith: 0)
    private var labelBytes = 0
    private(set) var total = 0

    init(
      columns: [ResultColumn], file: LabelFile, sink: any ResultSink, printsRaw: Bool, cancellation: Cancellation,
      progress: any Progress
    ) {
      let cells = printsRaw ? columns.filter { $0.role != .label } : columns
      // Label columns keep their text, whatever type it has.
      writer = SinkWriter(sink, types: cells.map { $0.role == .label ? .str : $0.type }, takesRawLabels: printsRaw)
      labelCount = columns.count { $0.role == .label }
      self.file = file
      self.sink = sink
      self.cancellation = cancellation
      self.progress = progress
    }

    mutating func add(_ row: Int32, from reader: borrowing CSVReader, _ rows: ResultRows) throws {
      let position = chosen.count
      if let rawLabels = writer.page.rawLabels {
        rawLabels.set(position, bytes: reader.rawRecord)
      } else {
        for index in 0..<labelCount {
          let column = writer.page.batch.columns[index]
          if file.isNull(reader.field(index)) {
            column.setNull(position)
          } else {
            column.set(position, bytes: reader.value(of: index))
          }
        }
      }
      chosen.append(row)
      labelBytes += reader.rawRecord.count
      if chosen.count == writer.pageRows || labelBytes >= Self.mostBytes { try flush(rows) }
    }

    /// Prints the rows so far, which are of these.
    mutating func flush(_ rows: ResultRows) throws {
      if chosen.count == 0 { return }
      try cancellation.check()
      let batch = writer.page.batch
      let firstCell = writer.page.rawLabels == nil ? labelCount : 0
      rows.fill(
        batch.columns[firstCell...], from: rows.plan.columns.dropFirst(labelCount).lazy.map(\.origin),
        rows: UnsafeBufferPointer(start: chosen.base, count: chosen.count))
      batch.count = chosen.count
      try writer.write()
      total += chosen.count
      progress.advance(to: total)
      chosen.clear()
      labelBytes = 0
    }
  }
}

extension SelectPlan {
  /// The columns of a result whose labels are records of a file.
  func resultColumns(_ labels: LabelTable, of file: LabelFile, printsRaw: Bool) -> [ResultColumn] {
    columns.map { column in
      guard case .label(let index) = column.origin else {
        return ResultColumn(name: column.name, type: column.type ?? .str, role: column.origin.role)
      }
      return ResultColumn(
        name: column.name, rawName: printsRaw ? file.rawColumnNames[index] : nil,
        type: labels.inferredTypes[index] ?? .str, role: .label)
    }
  }

  /// The columns of a result that are all cells.
  var resultColumns: [ResultColumn] {
    columns.map { ResultColumn(name: $0.name, type: $0.type ?? .str, role: $0.origin.role) }
  }
}

/// What a column is to those who take the result.
extension PlannedColumn.Origin {
  var role: ResultColumn.Role {
    switch self {
    case .label: .label
    case .key: .key
    case .feature, .window: .feature
    case .timestamp: .timestamp
    }
  }
}
