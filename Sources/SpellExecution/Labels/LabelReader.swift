import SpellCore
import SpellPlanning
import SpellTables

/// What a pass over the labels has to find out.
struct LabelRequest {
  var plan: SelectPlan
  /// The zone of naive moments.
  var zone: Zone
  /// Label columns that need an inferred type.
  var inferredColumns: Set<Int>
  /// Label columns whose cells conditions and ORDER BY read.
  var capturedColumns: Set<Int>
  var keepsOffsets: Bool
  /// How many labels are held at a time.
  var memory: LabelMemory
}

/// Reads keys and moments of the labels, in consecutive chunks that fit the memory.
struct LabelReader: LabelChunks, ~Copyable {
  private static let batchCapacity = 1024

  let file: LabelFile
  let request: LabelRequest
  /// How moments are compared: on an axis of numbers, fractions in the labels ask for reals.
  private(set) var coding: AxisCoding
  private let cancellation: Cancellation
  private let progress: any Progress
  private let momentColumn: Int?
  private var reader: CSVReader
  /// The labels that LIMIT leaves, where it cuts them before anything is looked up.
  private let cut: LabelCut
  /// Records that were read, without the one at hand.
  private var position = 0
  /// Whether a record was read that no chunk has yet.
  private var hasRecord = false
  /// The chunk that is being read.
  private var table = LabelTable()
  private var inferences: [Int: TypeInference] = [:]

  init(
    _ file: LabelFile, _ request: LabelRequest, cancellation: Cancellation, progress: any Progress
  ) throws {
    progress.beginReading("the labels", estimate: nil)
    let momentColumn: Int? =
      switch request.plan.cut.moment {
      case .column(let column): column
      case .inferredColumn:
        try MomentColumnFinder.column(of: file, plan: request.plan, zone: request.zone, cancellation: cancellation)
      case .constant, .none: nil
      }
    let coding = try AxisCoding(for: request.plan)
    let reader = try file.makeReader()
    self.file = file
    self.request = request
    self.cancellation = cancellation
    self.progress = progress
    self.momentColumn = momentColumn
    self.reader = reader
    self.coding = coding
    cut = LabelCut(plan: request.plan)
  }

  var hasMore: Bool { hasRecord && !isPastCut }

  /// All of the file: what is asked of all labels is found out with the first.
  var bytesRead: Int { file.source.size }

  /// What is asked of all labels, which is whether their numbers have fractions and which types columns have, is found
  /// out in this call.
  mutating func first() throws -> LabelTable {
    while true {
      for column in request.inferredColumns { inferences[column] = TypeInference() }
      if try readChunk(), try lookAtTheRest() { break }
      coding = try AxisCoding(for: request.plan, hasFraction: true)
      reader = try file.makeReader()
      position = 0
    }
    for (column, inference) in inferences { table.inferredTypes[column] = inference.type }
    inferences = [:]
    convertCaptured()
    return table
  }

  mutating func next(after chunk: LabelTable) throws -> LabelTable {
    progress.beginReading("the labels", estimate: nil)
    // That no fraction follows was seen before.
    _ = try readChunk()
    table.inferredTypes = chunk.inferredTypes
    convertCaptured()
    return table
  }

  /// Reads labels up to the limit; false if a moment has a fraction and the coding is of integers.
  private mutating func readChunk() throws -> Bool {
    beginTable()
    let batches = table.mappings.map { RowBatch(types: $0.index.types, capacity: Self.batchCapacity) }
    let ids = PlainBuffer<Int32>(count: Self.batchCapacity, filledWith: -1)
    let constant: Int64? =
      if case .constant(let point) = request.plan.cut.moment { shifted(coding.code(point)) } else { nil }
    if position == 0 { hasRecord = try reader.next() }
    var mostRows = request.memory.rows(beside: table)
    while hasRecord, table.rowCount < mostRows, !isPastCut {
      if position & 0xFFF == 0 {
        try cancellation.check()
        progress.advance(to: position)
      }
      infer()
      if position >= cut.start {
        if request.keepsOffsets { table.offsets.append(reader.recordOffset) }
        if let constant {
          table.moments.append(constant)
          table.hasMoment.append(1)
        } else if let momentColumn {
          guard try readMoment(of: momentColumn, from: reader) else { return false }
        }
        try capture(from: reader)
        for (mapping, batch) in zip(table.mappings, batches) {
          try readKey(mapping, from: reader, to: batch)
          if batch.count == batch.capacity { flush(batch, to: mapping, ids: ids) }
        }
        table.rowCount += 1
        if table.rowCount % Self.batchCapacity == 0 { mostRows = request.memory.rows(beside: table) }
      }
      position += 1
      hasRecord = try reader.next()
    }
    for (mapping, batch) in zip(table.mappings, batches) { flush(batch, to: mapping, ids: ids) }
    return true
  }

  private var isPastCut: Bool { cut.end.map { position >= $0 } ?? false }

  private mutating func beginTable() {
    table = LabelTable(for: request.plan, momentColumn: momentColumn)
    for column in request.capturedColumns {
      let type = request.plan.columns[column].type ?? .str
      table.captured[column] = Column(type: type, capacity: Self.batchCapacity)
    }
  }

  private mutating func infer() {
    for column in inferences.keys {
      let field = reader.field(column)
      if !file.isNull(field) { inferences[column]?.look(at: reader.value(of: column)) }
    }
  }

  /// Looks at the labels beyond the first chunk for what is asked of all of them; false if a moment has a fraction and
  /// the coding is of integers. Beyond the cut of LIMIT the type of a column still counts.
  private mutating func lookAtTheRest() throws -> Bool {
    let looksForFractions = request.plan.axis == .number && coding == .integers && momentColumn != nil && !isPastCut
    guard hasRecord, looksForFractions || !inferences.isEmpty else { return true }
    let (start, rest) = (position, reader.recordOffset)
    let line = reader.line
    defer { position = start }
    while hasRecord {
      if position & 0xFFF == 0 { try cancellation.check() }
      infer()
      if looksForFractions, !isPastCut, let momentColumn, !file.isNull(reader.field(momentColumn)) {
        if case .fraction = moment(of: reader.value(of: momentColumn)) { return false }
      }
      position += 1
      hasRecord = try reader.next()
    }
    reader = file.makeReader(at: rest, line: line)
    hasRecord = try reader.next()
    return true
  }

  private func moment(of text: ByteSlice) -> LabelMoment {
    LabelMoment.read(
      text, axis: request.plan.axis, storage: file.momentStorage, zone: request.zone, coding: coding)
  }

  private func flush(_ batch: RowBatch, to mapping: LabelTable.KeyMapping, ids: PlainBuffer<Int32>) {
    mapping.index.insert(batch.columns[...], count: batch.count, ids: ids.base)
    let start = mapping.ids.count
    mapping.ids.extend(to: start + batch.count)
    (mapping.ids.base + start).update(from: ids.base, count: batch.count)
    batch.reset()
  }

  private func readKey(
    _ mapping: LabelTable.KeyMapping, from reader: borrowing CSVReader, to batch: RowBatch
  ) throws {
    let row = batch.count
    for (position, column) in mapping.columns.enumerated() {
      let cells = batch.columns[position]
      if file.isNull(reader.field(column)) {
        cells.setNull(row)
        continue
      }
      let parser = FieldParser(type: mapping.index.types[position], zone: request.zone, reading: .label)
      let text = reader.value(of: column)
      if let problem = parser.parse(text, to: cells, row: row) {
        let key = request.plan.uses.lazy.flatMap(\.keys).first { $0.labelColumn == column }
        throw LabelProblem.badField(
          String(bytes: text), type: mapping.index.types[position], problem: problem,
          column: file.columnNames[column], role: "key `\(key?.name ?? "")`",
          place: reader.place(ofField: column).text, line: reader.excerpt
        ).error
      }
    }
    batch.count += 1
  }

  /// False if the moment has a fraction and the coding is of integers.
  private func readMoment(of column: Int, from reader: borrowing CSVReader) throws -> Bool {
    guard !file.isNull(reader.field(column)) else {
      table.moments.append(0)
      table.hasMoment.append(0)
      return true
    }
    let text = reader.value(of: column)
    let problem: TimeProblem?
    switch moment(of: text) {
    case .code(let code):
      table.moments.append(shifted(code))
      table.hasMoment.append(1)
      return true
    case .fraction: return false
    case .inexact:
      throw LabelProblem.inexactNumber(
        String(bytes: text), place: reader.place(ofField: column).text
      ).error
    case .problem(let reason): problem = reason
    }
    throw LabelProblem.badMoment(
      String(bytes: text), axis: request.plan.axis, problem: problem, column: file.columnNames[column],
      place: reader.place(ofField: column).text, line: reader.excerpt
    ).error
  }

  private func shifted(_ code: Int64) -> Int64 { coding.move(code, by: request.plan.cut.offset) }

  private func capture(from reader: borrowing CSVReader) throws {
    let row = table.rowCount
    for (column, cells) in table.captured {
      cells.reserve(row + 1)
      if file.isNull(reader.field(column)) {
        cells.setNull(row)
        continue
      }
      let parser = FieldParser(type: cells.type, zone: request.zone, reading: .label)
      // A key that does not fit its type is reported by `readKey`.
      if parser.parse(reader.value(of: column), to: cells, row: row) != nil { cells.setNull(row) }
    }
  }

  /// Turns captured text into the inferred types.
  private func convertCaptured() {
    for (column, cells) in table.captured where cells.type == .str && request.plan.columns[column].type == nil {
      guard let type = table.inferredTypes[column], type != .str else { continue }
      let converted = Column(type: type, capacity: max(1, table.rowCount))
      let parser = FieldParser(type: type, zone: request.zone, reading: .label)
      for row in 0..<table.rowCount where cells.state(row) == .value {
        if parser.parse(cells.bytes(row), to: converted, row: row) != nil { converted.setNull(row) }
      }
      table.captured[column] = converted
    }
  }
}
