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
}

/// Reads keys and moments of the labels in one pass.
struct LabelReader {
  private static let batchCapacity = 1024

  let file: LabelFile
  let request: LabelRequest
  let coding: AxisCoding
  let cancellation: Cancellation
  private let table = LabelTable()
  private var momentColumn: Int?
  private var parsers: [Int: FieldParser] = [:]
  private var inferences: [Int: TypeInference] = [:]

  /// The labels, and the coding of their moments: on an axis of numbers, fractions in the labels ask for reals.
  static func read(
    _ file: LabelFile, _ request: LabelRequest, cancellation: Cancellation, progress: any Progress
  ) throws -> (labels: LabelTable, coding: AxisCoding) {
    let coding = AxisCoding(for: request.plan)
    var reader = try LabelReader(file: file, request: request, coding: coding, cancellation: cancellation)
    if let labels = try reader.read(progress) { return (labels, coding) }
    reader = try LabelReader(file: file, request: request, coding: .reals, cancellation: cancellation)
    guard let labels = try reader.read(progress) else { preconditionFailure("an axis of reals takes every number") }
    return (labels, .reals)
  }

  private init(file: LabelFile, request: LabelRequest, coding: AxisCoding, cancellation: Cancellation) throws {
    self.file = file
    self.request = request
    self.coding = coding
    self.cancellation = cancellation
    momentColumn =
      switch request.plan.cut.moment {
      case .column(let column): column
      case .inferredColumn:
        try MomentColumnFinder(file: file, plan: request.plan, zone: request.zone).find(cancellation: cancellation)
      case .constant, .none: nil
      }
    table.momentColumn = momentColumn
    for use in request.plan.uses {
      if !table.mappings.contains(where: { $0.serves(use) }) { table.mappings.append(LabelTable.KeyMapping(for: use)) }
    }
    for column in request.inferredColumns { inferences[column] = TypeInference() }
    for column in request.capturedColumns {
      let type = request.plan.columns[column].type ?? .str
      table.captured[column] = Column(type: type, capacity: Self.batchCapacity)
    }
  }

  /// Nil if a moment has a fraction and the coding is of integers.
  private mutating func read(_ progress: any Progress) throws -> LabelTable? {
    var reader = try file.makeReader()
    let batches = table.mappings.map { RowBatch(types: $0.index.types, capacity: Self.batchCapacity) }
    let ids = PlainBuffer<Int32>(count: Self.batchCapacity, filledWith: -1)
    let constant: Int64? =
      if case .constant(let point) = request.plan.cut.moment { shifted(coding.code(point)) } else { nil }
    // Without WHERE and ORDER BY, LIMIT cuts the labels themselves.
    let cut = LabelCut(plan: request.plan)
    var position = 0
    while try reader.next() {
      if position & 0xFFF == 0 {
        try cancellation.check()
        progress.advance(to: position)
      }
      for column in inferences.keys {
        let field = reader.field(column)
        if !file.isNull(field) { inferences[column]?.look(at: reader.value(of: column)) }
      }
      defer { position += 1 }
      if let end = cut.end, position >= end {
        if inferences.isEmpty { break }
        continue
      }
      if position < cut.start { continue }
      if request.keepsOffsets { table.offsets.append(reader.recordOffset) }
      if let constant {
        table.moments.append(constant)
        table.hasMoment.append(1)
      } else if let momentColumn {
        guard try readMoment(of: momentColumn, from: reader) else { return nil }
      }
      try capture(from: reader)
      for (mapping, batch) in zip(table.mappings, batches) {
        try readKey(mapping, from: reader, to: batch)
        if batch.count == batch.capacity { flush(batch, to: mapping, ids: ids) }
      }
      table.rowCount += 1
    }
    for (mapping, batch) in zip(table.mappings, batches) { flush(batch, to: mapping, ids: ids) }
    for (column, inference) in inferences { table.inferredTypes[column] = inference.type }
    convertCaptured()
    return table
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
    switch LabelMoment.read(
      text, axis: request.plan.axis, storage: file.momentStorage, zone: request.zone, coding: coding)
    {
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

  private func shifted(_ code: Int64) -> Int64 {
    guard let offset = request.plan.cut.offset else { return code }
    return coding.move(code, by: offset.length, isNegative: offset.isNegative)
  }

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
