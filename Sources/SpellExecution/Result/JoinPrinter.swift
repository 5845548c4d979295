import SpellCore
import SpellPlanning
import SpellTables

/// Gives the rows of a join to a sink: label fields from the file, once more, and features from the folds.
struct JoinPrinter {
  let rows: ResultRows
  let labels: LabelTable
  let file: LabelFile
  let sink: any ResultSink
  /// Whether the sink takes label records as raw bytes.
  let printsRaw: Bool
  let cancellation: Cancellation
  let progress: any Progress

  /// Prints the selected rows, or all that were read; returns their number.
  func print(selection: (rows: PlainBuffer<Int32>, isOrdered: Bool)?) throws -> Int {
    let columns = rows.plan.columns.map { column in
      guard case .label(let index) = column.origin else {
        return ResultColumn(name: column.name, type: rows.type(of: column.origin), role: column.origin.role)
      }
      return ResultColumn(
        name: column.name, rawName: printsRaw ? file.rawColumnNames[index] : nil,
        type: labels.inferredTypes[index] ?? .str, role: .label)
    }
    progress.beginWriting(estimate: selection?.rows.count ?? labels.rowCount)
    try sink.begin(columns)
    var chunk = Chunk(printer: self, columns: columns)
    if let selection, selection.isOrdered {
      for index in 0..<selection.rows.count {
        let row = selection.rows[index]
        var reader = file.makeReader(at: labels.offsets[Int(row)])
        if try reader.next() { try chunk.add(row, from: reader) }
      }
    } else {
      try printInOrder(selection?.rows, to: &chunk)
    }
    try chunk.flush()
    try sink.finish()
    return chunk.total
  }

  private func printInOrder(_ selected: PlainBuffer<Int32>?, to chunk: inout Chunk) throws {
    var reader = try file.makeReader()
    let cut = LabelCut(plan: rows.plan)
    var skip = cut.start
    var row = 0
    var next = 0
    while row < labels.rowCount, try reader.next() {
      if skip > 0 {
        skip -= 1
        continue
      }
      defer { row += 1 }
      if let selected {
        guard next < selected.count else { break }
        guard Int(selected[next]) == row else { continue }
        next += 1
      }
      try chunk.add(Int32(row), from: reader)
    }
  }

  /// Rows that are gathered into a batch.
  private struct Chunk {
    let printer: JoinPrinter
    let columns: [ResultColumn]
    private let batch: RowBatch
    private let rawLabels: Column?
    private let labelCount: Int
    private let chosen = PlainBuffer<Int32>(filledWith: 0)
    private(set) var total = 0

    init(printer: JoinPrinter, columns: [ResultColumn]) {
      self.printer = printer
      self.columns = columns
      let cells = printer.printsRaw ? columns.filter { $0.role != .label } : columns
      // Label columns keep their text, whatever type it has.
      batch = RowBatch(
        types: cells.map { $0.role == .label ? .str : $0.type }, capacity: SelectRunner.chunkCapacity)
      rawLabels = printer.printsRaw ? Column(type: .bytes, capacity: SelectRunner.chunkCapacity) : nil
      labelCount = columns.count { $0.role == .label }
    }

    mutating func add(_ row: Int32, from reader: borrowing CSVReader) throws {
      let position = chosen.count
      if let rawLabels {
        rawLabels.set(position, bytes: reader.rawRecord)
      } else {
        for index in 0..<labelCount {
          let column = batch.columns[index]
          if printer.file.isNull(reader.field(index)) {
            column.setNull(position)
          } else {
            column.set(position, bytes: reader.value(of: index))
          }
        }
      }
      chosen.append(row)
      if chosen.count == SelectRunner.chunkCapacity { try flush() }
    }

    mutating func flush() throws {
      guard chosen.count > 0 else { return }
      try printer.cancellation.check()
      let rows = UnsafeBufferPointer(start: chosen.base, count: chosen.count)
      let firstCell = rawLabels == nil ? labelCount : 0
      printer.rows.fill(
        batch.columns[firstCell...], from: printer.rows.plan.columns.dropFirst(labelCount).lazy.map(\.origin),
        rows: rows)
      batch.count = chosen.count
      try printer.sink.write(batch, rawLabels: rawLabels)
      total += chosen.count
      printer.progress.advance(to: total)
      batch.reset()
      rawLabels?.reset()
      chosen.clear()
    }
  }
}

/// What a column is to those who take the result.
extension PlannedColumn.Origin {
  var role: ResultColumn.Role {
    switch self {
    case .label: .label
    case .key: .key
    case .feature: .feature
    case .timestamp: .timestamp
    }
  }
}
