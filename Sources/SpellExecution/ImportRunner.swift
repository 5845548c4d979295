import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// IMPORT: the rows of a delimited file into a group's table, in one transaction.
package struct ImportRunner {
  private static let batchCapacity = 4096

  let plan: ImportPlan
  let file: LabelFile
  let database: any Database
  let cancellation: Cancellation

  package init(plan: ImportPlan, file: LabelFile, database: any Database, cancellation: Cancellation) {
    self.plan = plan
    self.file = file
    self.database = database
    self.cancellation = cancellation
  }

  /// Returns the number of rows. A problem in any row leaves the table as it was.
  package func run(mode: ImportRequest.Mode) throws -> Int {
    precondition(database.isWritable, "the session checks that it may write")
    guard case .table(let table) = plan.source else {
      throw ImportProblem.intoQuery(group: plan.groupName).error
    }
    let targets = plan.targets
    let positions = try match(targets)
    let facts = try database.facts(of: plan.source)
    let inferred = try infer(targets, positions: positions, facts: facts)
    let columns = zip(targets, inferred).map { target, type in
      ImportRequest.Column(
        name: target.column, type: type, storage: plan.storage(of: facts?.column(named: target.column)),
        zone: plan.zone)
    }
    let request = ImportRequest(
      table: table, columns: columns, indexColumns: plan.indexColumns, mode: mode)
    var reader = try file.makeReader()
    let batch = RowBatch(types: columns.map(\.type), capacity: Self.batchCapacity)
    let parsers = columns.map { FieldParser(type: $0.type, zone: $0.zone, reading: .stored) }
    // The physical lines of the batch's rows, to name that of a value that the table cannot hold.
    var lines: [Int] = []
    func nextBatch() throws -> RowBatch? {
      try cancellation.check()
      batch.reset()
      lines.removeAll(keepingCapacity: true)
      while batch.count < batch.capacity, try reader.next() {
        lines.append(reader.line)
        for (index, parser) in parsers.enumerated() {
          try parse(positions[index], from: reader, parser, to: batch.columns[index], row: batch.count, targets[index])
        }
        batch.count += 1
      }
      return batch.count == 0 ? nil : batch
    }
    let count: Int
    do {
      count = try database.importRows(request, next: nextBatch)
    } catch let refused as RefusedImportRow {
      throw ImportProblem.refused(
        refused.error.message, place: CSVPlace(name: file.source.name, line: lines[refused.row]).text
      ).error
    } catch let unfit as UnfitImportValue {
      throw ImportProblem.unstorable(
        unfit.text, type: columns[unfit.column].type, storage: columns[unfit.column].storage,
        column: columns[unfit.column].name, place: CSVPlace(name: file.source.name, line: lines[unfit.row]).text
      ).error
    }
    try file.source.checkUnchanged()
    return count
  }

  private func parse(
    _ position: Int, from reader: borrowing CSVReader, _ parser: FieldParser, to column: Column, row: Int,
    _ target: ImportPlan.Target
  ) throws {
    guard !file.isNull(reader.field(position)) else { return column.setNull(row) }
    let text = reader.value(of: position)
    if let problem = parser.parse(text, to: column, row: row) {
      throw LabelProblem.badField(
        String(bytes: text), type: parser.type, problem: problem, column: file.columnNames[position],
        role: target.role, place: reader.place(ofField: position).text, line: reader.excerpt
      ).error
    }
  }

  /// Where each target is in the file, which must hold the group's columns and no others.
  private func match(_ targets: [ImportPlan.Target]) throws -> [Int] {
    let expected = targets.map(\.column)
    let positions = expected.map { NameLookup.find($0, among: file.columnNames) }
    let used = Set(positions.compactMap { if case .one(let index) = $0 { index } else { nil } })
    for (target, position) in zip(targets, positions) {
      if case .one = position { continue }
      throw ImportProblem.columnMissing(
        target.column, group: plan.groupName, file: file.source.name,
        columns: file.columnNames
      ).error
    }
    if let stranger = file.columnNames.indices.first(where: { !used.contains($0) }) {
      throw ImportProblem.columnUnknown(
        file.columnNames[stranger], group: plan.groupName, file: file.source.name, expected: expected
      ).error
    }
    return positions.compactMap { if case .one(let index) = $0 { index } else { nil } }
  }

  /// The type of each target: as declared, else as the table has it, else as the whole file looks.
  private func infer(_ targets: [ImportPlan.Target], positions: [Int], facts: TableFacts?) throws -> [ValueType] {
    let types = targets.map { target -> ValueType? in
      guard let column = facts?.column(named: target.column) else { return target.type }
      if target.isEvent, plan.timestampStorage == nil, column.naturalStorage == .number {
        return column.naturalType == .float ? .float : .int
      }
      return target.type ?? column.naturalType
    }
    guard types.contains(nil) else { return types.compactMap { $0 } }
    var inferences = targets.map { _ in TypeInference() }
    var reader = try file.makeReader()
    while try reader.next() {
      for (index, position) in positions.enumerated() where types[index] == nil {
        if !file.isNull(reader.field(position)) { inferences[index].look(at: reader.value(of: position)) }
      }
    }
    return zip(types, zip(targets, inferences)).map { type, column in
      let (target, inference) = column
      let inferred = inference.type ?? .str
      // A new axis of numbers takes numbers alone, also where the file has no rows yet.
      return type ?? (target.isEvent && inferred == .str ? .float : inferred)
    }
  }
}
