import SpellCore
import SpellPlanning
import SpellTables

/// Takes labels of a file into a table: their moments, their keys, and such cells as conditions and ORDER BY read.
///
/// Its properties are constants of a class: what is needed for every label is neither retained nor copied for it.
final class LabelChunk {
  private static let batchCapacity = 1024

  let table: LabelTable
  private let file: LabelFile
  private let request: LabelRequest
  private let coding: AxisCoding
  private let parser: MomentParser
  private let momentColumn: Int?
  /// The moment of every label, where the statement says it.
  private let constant: Int64?
  private let moments: PlainBuffer<Int64>
  private let hasMoment: PlainBuffer<UInt8>
  private let keys: [KeyBatch]
  /// By row of a batch.
  private let ids = PlainBuffer<Int32>(count: batchCapacity, filledWith: -1)
  private let capturesCells: Bool

  init(of file: LabelFile, _ request: LabelRequest, momentColumn: Int?, coding: AxisCoding) {
    self.file = file
    self.request = request
    self.momentColumn = momentColumn
    self.coding = coding
    parser = MomentParser(axis: request.plan.axis, storage: file.momentStorage, zone: request.zone, coding: coding)
    let table = LabelTable(for: request.plan, momentColumn: momentColumn)
    for column in request.capturedColumns {
      table.captured[column] = Column(type: request.plan.columns[column].type ?? .str, capacity: Self.batchCapacity)
    }
    self.table = table
    moments = table.moments
    hasMoment = table.hasMoment
    capturesCells = !table.captured.isEmpty
    keys = table.mappings.map { KeyBatch($0, capacity: Self.batchCapacity, zone: request.zone) }
    let offset = request.plan.cut.offset
    constant =
      if case .constant(let point) = request.plan.cut.moment { coding.move(coding.code(point), by: offset) } else {
        nil
      }
  }

  /// Whether the keys of all labels are in the table, which they are from time to time.
  var isFlushed: Bool { table.rowCount % Self.batchCapacity == 0 }

  /// Takes the record at hand; false if its moment has a fraction and the coding is of integers.
  func take(_ reader: borrowing CSVReader) throws -> Bool {
    if request.keepsOffsets { table.offsets.append(reader.recordOffset) }
    if let constant {
      append(constant)
    } else if let momentColumn {
      guard try takeMoment(of: momentColumn, from: reader) else { return false }
    }
    if capturesCells { capture(reader) }
    for batch in keys { try takeKey(from: reader, to: batch) }
    table.rowCount += 1
    if isFlushed { flush() }
    return true
  }

  /// Puts the keys of all labels into the table.
  func flush() {
    for keys in keys {
      let batch = keys.batch
      keys.mapping.index.insert(batch.columns[...], count: batch.count, ids: ids.base)
      let all = keys.mapping.ids
      let start = all.count
      all.extend(to: start + batch.count)
      (all.base + start).update(from: ids.base, count: batch.count)
      batch.reset()
    }
  }

  // MARK: - Moments

  private func append(_ moment: Int64) {
    moments.append(moment)
    hasMoment.append(1)
  }

  private func takeMoment(of column: Int, from reader: borrowing CSVReader) throws -> Bool {
    guard !file.isNull(reader.field(column)) else {
      moments.append(0)
      hasMoment.append(0)
      return true
    }
    let text = reader.value(of: column)
    switch parser.parse(text) {
    case .code(let code): append(coding.move(code, by: request.plan.cut.offset))
    case .fraction: return false
    case .inexact:
      throw LabelProblem.inexactNumber(String(bytes: text), place: reader.place(ofField: column).text).error
    case .problem(let problem):
      throw LabelProblem.badMoment(
        String(bytes: text), axis: request.plan.axis, problem: problem, column: file.columnNames[column],
        place: reader.place(ofField: column).text, line: reader.excerpt
      ).error
    }
    return true
  }

  // MARK: - Keys

  /// Keys of labels that do not have their ids yet.
  private final class KeyBatch {
    let mapping: LabelTable.KeyMapping
    let batch: RowBatch
    /// What reads the cells of each column of the batch.
    let parsers: [FieldParser]

    init(_ mapping: LabelTable.KeyMapping, capacity: Int, zone: Zone) {
      self.mapping = mapping
      batch = RowBatch(types: mapping.index.types, capacity: capacity)
      parsers = mapping.index.types.map { FieldParser(type: $0, zone: zone, reading: .label) }
    }
  }

  private func takeKey(from reader: borrowing CSVReader, to keys: KeyBatch) throws {
    let batch = keys.batch
    let row = batch.count
    for index in keys.parsers.indices {
      let column = keys.mapping.columns[index]
      let cells = batch.columns[index]
      if file.isNull(reader.field(column)) {
        cells.setNull(row)
        continue
      }
      let text = reader.value(of: column)
      if let problem = keys.parsers[index].parse(text, to: cells, row: row) {
        let key = request.plan.uses.lazy.flatMap(\.keys).first { $0.labelColumn == column }
        throw LabelProblem.badField(
          String(bytes: text), type: cells.type, problem: problem, column: file.columnNames[column],
          role: "key `\(key?.name ?? "")`", place: reader.place(ofField: column).text, line: reader.excerpt
        ).error
      }
    }
    batch.count = row + 1
  }

  // MARK: - Cells

  private func capture(_ reader: borrowing CSVReader) {
    let row = table.rowCount
    for (column, cells) in table.captured {
      cells.reserve(row + 1)
      if file.isNull(reader.field(column)) {
        cells.setNull(row)
        continue
      }
      let parser = FieldParser(type: cells.type, zone: request.zone, reading: .label)
      // A key that does not fit its type is reported with the keys.
      if parser.parse(reader.value(of: column), to: cells, row: row) != nil { cells.setNull(row) }
    }
  }

  /// Tells the table which types columns have, and turns captured texts into them.
  func setTypes(_ types: [Int: ValueType]) {
    table.inferredTypes = types
    for (column, cells) in table.captured where cells.type == .str && request.plan.columns[column].type == nil {
      guard let type = types[column], type != .str else { continue }
      let converted = Column(type: type, capacity: max(1, table.rowCount))
      let parser = FieldParser(type: type, zone: request.zone, reading: .label)
      for row in 0..<table.rowCount where cells.state(row) == .value {
        if parser.parse(cells.bytes(row), to: converted, row: row) != nil { converted.setNull(row) }
      }
      table.captured[column] = converted
    }
  }
}
