import SpellCore
import SpellPlanning
import SpellTables

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
      return (labels, AxisCoding(for: plan, momentsOf: table, in: column) == .reals)
    }
  }

  /// Reads the labels of a join for a statement that carries them: keys and moments are checked as for the join itself.
  private func statementLabels(_ file: LabelFile) throws -> (labels: StatementLabels, comparesReals: Bool) {
    let captured = capturedLabelColumns()
    let request = LabelRequest(
      plan: plan, zone: zone, inferredColumns: captured.filter { plan.columns[$0].type == nil },
      capturedColumns: captured, keepsOffsets: false,
      memory: LabelMemory(plan, capturedColumns: captured.count, bytes: .max))
    var reader = try LabelReader(file, request, cancellation: cancellation, progress: progress)
    let table = try reader.first()
    let coding = reader.coding
    try checkConditions(table)
    var labels = StatementLabels(
      name: file.source.name, momentColumn: table.momentColumn, inferredTypes: table.inferredTypes,
      typed: StatementLabels.typed(for: plan, inferred: table.inferredTypes), count: table.rowCount, rows: nil)
    if table.rowCount <= StatementLabels.mostRows { labels.rows = try rows(of: file, table, labels.typed, coding) }
    try file.source.checkUnchanged()
    return (labels, coding == .reals)
  }

  /// Whether numbers on the axis of a snapshot are compared as doubles.
  package var comparesReals: Bool { AxisCoding(for: plan) == .reals }

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
        throw LabelProblem.unwritable(
          column: file.columnNames[column], place: reader.place(ofField: column).text
        ).error
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
