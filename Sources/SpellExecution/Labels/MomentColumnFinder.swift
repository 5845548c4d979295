import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// Finds the label column that holds the moments where the statement does not name it: the only one, other than a key,
/// whose every value is a moment.
enum MomentColumnFinder {
  /// Nil for labels without rows. Throws if no column or several qualify. With `trustsTheLast` the only column that is
  /// left is taken at its first moment, and whoever reads the others should find one that is none.
  static func column(
    of file: LabelFile, plan: SelectPlan, zone: Zone, trustsTheLast: Bool = false, cancellation: Cancellation
  ) throws -> Int? {
    let keys = Set(plan.uses.flatMap { $0.keys.compactMap(\.labelColumn) })
    var candidates = MomentCandidates(
      source: file.source.name, columnNames: file.columnNames,
      columns: file.columnNames.indices.filter { !keys.contains($0) })
    var hasRows = false
    var reader = try file.makeReader()
    let parser = MomentParser(axis: plan.axis, storage: file.momentStorage, zone: zone, coding: .integers)
    var point = CancellationPoint(cancellation)
    while try reader.next() {
      try point.pass()
      hasRows = true
      for column in candidates.columns where !file.isNull(reader.field(column)) {
        switch parser.parse(reader.value(of: column)) {
        case .code, .fraction: candidates.confirm(column)
        case .inexact, .problem:
          candidates.remove(
            column, value: String(bytes: reader.value(of: column)), place: reader.place(ofField: column).text)
        }
      }
      if candidates.columns.isEmpty || (trustsTheLast && candidates.haveOneLeft) { break }
    }
    return hasRows ? try candidates.only() : nil
  }

  /// The same for a table: its type tells of a column whether it holds moments; of a text, its values do. Nil as well
  /// where no moment is needed.
  static func column(of table: LabelTablePlan, plan: SelectPlan, database: any Database) throws -> Int? {
    switch plan.cut.moment {
    case .column(let column): return column
    case .constant, .none: return nil
    case .inferredColumn: break
    }
    let columns = table.momentCandidates(for: plan)
    var candidates = MomentCandidates(
      source: "table \(table.name)", columnNames: table.columns.map(\.name), columns: columns)
    let texts = columns.filter { table.columns[$0].mayHoldMoments }
    for column in columns where !texts.contains(column) { candidates.confirm(column) }
    guard !texts.isEmpty else { return try candidates.only() }
    let readings = texts.map { table.reading($0) }
    let request = ReadRequest(
      sql: table.sql(readings, dialect: plan.dialect), columns: readings.map { table.columnReading($0) },
      estimatedRows: table.estimatedRows ?? 0)
    var rowCount = 0
    try database.read(request) { batch in
      for (column, cells) in zip(texts, batch.columns) {
        for row in 0..<batch.count where candidates.columns.contains(column) && cells.state(row) != .null {
          let time = TimeText.parse(cells.bytes(row), zone: table.zone, reading: .label)
          if cells.state(row) == .value, case .success = time {
            candidates.confirm(column)
          } else {
            candidates.remove(column, value: CellText.text(cells, row), place: "row \(rowCount + row + 1)")
          }
        }
      }
      rowCount += batch.count
      return .more
    }
    return rowCount > 0 ? try candidates.only() : nil
  }
}

/// Label columns that may hold the moments, as long as no value of theirs is none.
private struct MomentCandidates {
  let source: String
  let columnNames: [String]
  private(set) var columns: [Int]
  private var confirmed = Set<Int>()
  private var nearMiss: LabelProblem.NearMiss?

  init(source: String, columnNames: [String], columns: [Int]) {
    self.source = source
    self.columnNames = columnNames
    self.columns = columns
  }

  /// The column holds a moment.
  mutating func confirm(_ column: Int) { confirmed.insert(column) }

  /// The column holds a value that is no moment.
  mutating func remove(_ column: Int, value: @autoclosure () -> String, place: @autoclosure () -> String) {
    // The column that held moments the longest is the one that was probably meant.
    if confirmed.contains(column) {
      nearMiss = LabelProblem.NearMiss(column: columnNames[column], value: value(), place: place())
    }
    columns.removeAll { $0 == column }
  }

  /// Whether one column is left, and holds moments.
  var haveOneLeft: Bool { columns.count == 1 && confirmed.contains(columns[0]) }

  /// The one that is left.
  func only() throws -> Int {
    let found = columns.filter { confirmed.contains($0) }
    if found.count == 1 { return found[0] }
    throw
      (found.isEmpty
      ? LabelProblem.noMomentColumn(source: source, columns: columnNames, nearMiss: nearMiss)
      : LabelProblem.ambiguousMomentColumn(source: source, candidates: found.map { columnNames[$0] })).error
  }
}
