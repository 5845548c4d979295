import SpellCore
import SpellPlanning
import SpellTables

/// Labels of a file for a statement that carries them.
struct CarriedLabels {
  /// Without rows if there are too many.
  var labels: StatementLabels
  var comparesReals: Bool
  /// The labels as a join holds them.
  var table: LabelTable
}

/// A field of a label that no statement can hold: no UTF-8, or a zero byte in it.
struct UnwritableLabel: Error {
  var column: String
  var place: String
}

extension SelectRunner {
  /// What a statement needs to know of the labels of a join, and whether their moments are compared as doubles. The
  /// labels of a table stay there.
  package func statementLabels(_ source: LabelSource) throws -> (labels: StatementLabels, comparesReals: Bool) {
    switch source {
    case .file(let file): return try statementLabels(file)
    case .table(let table):
      let column = try database.withSnapshot {
        try MomentColumnFinder.column(of: table, plan: plan, database: database)
      }
      let labels = StatementLabels(
        name: source.name, momentColumn: column, inferredTypes: [:],
        typed: StatementLabels.typed(for: plan, inferred: [:]), count: 0, rows: nil)
      return (labels, try AxisCoding(for: plan, momentsOf: table, in: column) == .reals)
    }
  }

  private func statementLabels(_ file: LabelFile) throws -> (labels: StatementLabels, comparesReals: Bool) {
    do {
      let carried = try carriedLabels(file, printsRaw: true, mostRows: .max)
      try file.source.checkUnchanged()
      return (carried.labels, carried.comparesReals)
    } catch let label as UnwritableLabel {
      throw LabelProblem.unwritable(column: label.column, place: label.place).error
    }
  }

  /// Reads the labels of a join for a statement that carries them, but for those beyond `mostRows`: keys and moments
  /// are checked as for the join itself. Throws `UnwritableLabel` too.
  func carriedLabels(_ file: LabelFile, printsRaw: Bool, mostRows: Int) throws -> CarriedLabels {
    let memory = LabelMemory(plan, capturedColumns: 0, bytes: .max, mostRows: mostRows)
    let request = labelRequest(file, printsRaw: printsRaw, keepsOffsets: true, memory: memory)
    var reader = try LabelReader(file, request, cancellation: cancellation, progress: progress)
    let table = try reader.first()
    let coding = reader.coding
    try checkConditions(table)
    var labels = StatementLabels(
      name: file.source.name, momentColumn: table.momentColumn, inferredTypes: table.inferredTypes,
      typed: StatementLabels.typed(for: plan, inferred: table.inferredTypes), count: table.rowCount, rows: nil)
    if table.rowCount <= StatementLabels.mostRows, !reader.hasMore {
      labels.rows = try rows(of: file, table, labels.typed, coding)
    }
    return CarriedLabels(labels: labels, comparesReals: coding == .reals, table: table)
  }

  /// Whether numbers on the axis of a snapshot are compared as doubles.
  package var comparesReals: Bool { get throws { try AxisCoding(for: plan) == .reals } }

  /// Throws if types that only now are known do not go together.
  private func checkConditions(_ table: LabelTable) throws {
    for condition in [plan.keyCondition, plan.condition].compactMap({ $0 }) {
      let problems = ConditionTypes.problems(of: condition, zone: zone) { origin in
        if case .label(let column) = origin { table.inferredTypes[column] } else { nil }
      }
      guard problems.isEmpty else { throw SpellError(.statement, problems.map(\.diagnostic)) }
    }
  }

  private func rows(
    of file: LabelFile, _ table: LabelTable, _ typed: [StatementLabels.TypedColumn], _ coding: AxisCoding
  ) throws -> [StatementLabels.Row] {
    let start = LabelCut(plan: plan).start
    var reader = try file.makeReader()
    var rows: [StatementLabels.Row] = []
    var position = 0
    while rows.count < table.rowCount, try reader.next() {
      defer { position += 1 }
      if position < start { continue }
      let fields = try file.columnNames.indices.map { column -> String? in
        if file.isNull(reader.field(column)) { return nil }
        if let text = Self.text(reader.value(of: column)) { return text }
        throw UnwritableLabel(column: file.columnNames[column], place: reader.place(ofField: column).text)
      }
      let values = typed.map { typed -> Value in
        if file.isNull(reader.field(typed.column)) { return .null }
        let cell = Column(type: typed.type, capacity: 1)
        let parser = FieldParser(type: typed.type, zone: zone, reading: .label)
        return parser.parse(reader.value(of: typed.column), to: cell, row: 0) == nil ? cell.value(0) : .null
      }
      rows.append(
        StatementLabels.Row(
          number: position + 1, fields: fields, values: values, moment: moment(of: rows.count, table, coding)))
    }
    return rows
  }

  /// What a statement can hold: UTF-8 without a zero byte.
  private static func text(_ bytes: ByteSlice) -> String? {
    bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  private func moment(of row: Int, _ table: LabelTable, _ coding: AxisCoding) -> Value {
    guard table.momentColumn != nil, table.hasMoment[row] != 0 else { return .null }
    let code = table.moments[row]
    if plan.axis == .time { return .datetime(Instant(microseconds: code)) }
    return coding == .reals ? .float(AxisCoding.double(code)) : .int(code)
  }
}
