import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// Reads labels that are the rows of a table, in one pass: keys and moments, and the cells of every column, so that the
/// result needs no second one. A stored value that does not fit is an error, for no label is ever changed. To be used
/// within the snapshot of the groups.
final class TableLabelReader: LabelChunks {
  private let source: LabelTablePlan
  private let plan: SelectPlan
  private let memory: LabelMemory
  private let progress: any Progress
  let coding: AxisCoding
  private let momentColumn: Int?
  /// What is read, each once: the columns as they are printed, as keys, and as moments.
  private let readings: [LabelTablePlan.Reading]
  private let cursor: any RowCursor
  /// The rows at hand; nil at the end.
  private var batch: RowBatch?
  /// How many of them a chunk has already.
  private var taken = 0
  /// Labels of all chunks.
  private var position = 0
  private(set) var bytesRead = 0
  /// The chunk that is being read.
  private var table = LabelTable()

  /// `memory` is what labels may take, in bytes.
  init(
    _ source: LabelTablePlan, plan: SelectPlan, memory: Int, database: any Database, progress: any Progress
  ) throws {
    self.source = source
    self.plan = plan
    self.memory = LabelMemory(plan, capturedColumns: source.columns.count, bytes: memory)
    self.progress = progress
    momentColumn = try MomentColumnFinder.column(of: source, plan: plan, database: database)
    coding = try AxisCoding(for: plan, momentsOf: source, in: momentColumn)
    let keys = plan.uses.flatMap(\.keys).compactMap { key in
      key.labelColumn.map { source.reading($0, asKey: key.type) }
    }
    let all = source.columns.indices.map { source.reading($0) } + keys
    readings = (all + (momentColumn.map { [source.reading(asMoment: $0)] } ?? [])).reduce(into: []) { list, reading in
      if !list.contains(reading) { list.append(reading) }
    }
    let cut = LabelCut(plan: plan)
    let sql = source.sql(readings, dialect: plan.dialect, limit: cut.end.map { $0 - cut.start }, offset: cut.start)
    cursor = try database.cursor(
      ReadRequest(
        sql: sql, columns: readings.map { source.columnReading($0) }, estimatedRows: source.estimatedRows ?? 0))
  }

  var hasMore: Bool { batch != nil }

  func first() throws -> LabelTable {
    progress.beginReading("the labels", estimate: source.estimatedRows)
    try fetch()
    return try readChunk()
  }

  func next(after chunk: LabelTable) throws -> LabelTable {
    progress.beginReading("the labels", estimate: source.estimatedRows)
    return try readChunk()
  }

  /// Reads labels up to the limit.
  private func readChunk() throws -> LabelTable {
    beginTable()
    var mostRows = memory.rows(beside: table)
    while let batch, table.rowCount < mostRows {
      let rows = taken..<min(batch.count, taken + mostRows - table.rowCount)
      keep(rows, of: batch)
      try placeMoments(rows, of: batch)
      findKeys(rows, of: batch)
      table.rowCount += rows.count
      position += rows.count
      progress.advance(to: position)
      taken = rows.upperBound
      if taken == batch.count { try fetch() }
      mostRows = memory.rows(beside: table)
    }
    return table
  }

  private func beginTable() {
    table = LabelTable(for: plan, momentColumn: momentColumn)
    for (index, column) in source.columns.enumerated() {
      table.captured[index] = Column(type: column.form.type, capacity: 0)
    }
  }

  private func fetch() throws {
    batch = try cursor.next()
    taken = 0
    guard let batch else { return }
    try checkFit(batch)
    bytesRead += batch.cellBytes
  }

  // MARK: - Batches

  private func cells(_ reading: LabelTablePlan.Reading, in batch: RowBatch) -> Column {
    guard let position = readings.firstIndex(of: reading) else { preconditionFailure("a label column was not read") }
    return batch.columns[position]
  }

  private func checkFit(_ batch: RowBatch) throws {
    for (reading, cells) in zip(readings, batch.columns) {
      for row in 0..<batch.count where cells.states[row] == CellState.invalid.rawValue {
        throw unfit(reading, CellText.text(cells, row))
      }
    }
  }

  private func unfit(_ reading: LabelTablePlan.Reading, _ value: String) -> SpellError {
    let key = plan.uses.lazy.flatMap(\.keys).first { $0.labelColumn == reading.column && $0.type == reading.form.type }
    let isMoment = reading.column == momentColumn && reading == source.reading(asMoment: reading.column)
    return StoredProblem.invalidLabel(
      table: source.name.description, column: source.columns[reading.column].name, value: value,
      type: isMoment && plan.axis == .time ? .datetime : reading.form.type,
      role: isMoment ? "moment of a label" : key.map { "key `\($0.name)`" } ?? "column"
    ).error
  }

  private func keep(_ rows: Range<Int>, of batch: RowBatch) {
    for (index, kept) in table.captured {
      let cells = cells(source.reading(index), in: batch)
      kept.reserve(table.rowCount + rows.count)
      for (place, row) in zip(table.rowCount..., rows) { kept.copy(place, from: cells, row) }
    }
  }

  private func placeMoments(_ rows: Range<Int>, of batch: RowBatch) throws {
    let end = table.rowCount + rows.count
    if case .constant(let point) = plan.cut.moment {
      let moment = coding.move(coding.code(point), by: plan.cut.offset)
      table.moments.extend(to: end)
      table.hasMoment.extend(to: end)
      for row in table.rowCount..<end {
        table.moments[row] = moment
        table.hasMoment[row] = 1
      }
    }
    guard let momentColumn else { return }
    let reading = source.reading(asMoment: momentColumn)
    let cells = cells(reading, in: batch)
    for row in rows {
      guard cells.state(row) == .value else {
        table.moments.append(0)
        table.hasMoment.append(0)
        continue
      }
      switch LabelMoment.read(cells, row, storage: reading.form.storage, coding: coding) {
      case .code(let code):
        table.moments.append(coding.move(code, by: plan.cut.offset))
        table.hasMoment.append(1)
      case .inexact:
        throw LabelProblem.inexactNumber(
          CellText.text(cells, row), place: "`\(source.name)`, column `\(source.columns[momentColumn].name)`"
        ).error
      case .fraction, .problem: throw unfit(reading, CellText.text(cells, row))
      }
    }
  }

  /// Comes last: an index makes the two zeros of a float one, and NaN NULL.
  private func findKeys(_ rows: Range<Int>, of batch: RowBatch) {
    for mapping in table.mappings {
      let columns = zip(mapping.columns, mapping.index.types).map { column, type in
        cells(source.reading(column, asKey: type), in: batch)
      }
      mapping.ids.extend(to: table.rowCount + rows.count)
      mapping.index.insert(columns[...], rows: rows, ids: mapping.ids.base + table.rowCount - rows.lowerBound)
    }
  }
}

extension AxisCoding {
  /// The coding that a plan and the column of its moments need.
  init(for plan: SelectPlan, momentsOf table: LabelTablePlan, in column: Int?) throws {
    let hasFraction = column.map { table.reading(asMoment: $0).form.type == .float } ?? false
    try self.init(for: plan, hasFraction: hasFraction)
  }
}

extension LabelTablePlan {
  /// How a column is read: naive times as labels are, in the zone of the session.
  func columnReading(_ reading: Reading) -> ColumnReading {
    ColumnReading(type: reading.form.type, storage: reading.form.storage, zone: zone, times: .label)
  }
}
