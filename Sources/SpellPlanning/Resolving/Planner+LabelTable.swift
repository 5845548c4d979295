import SpellCore
import SpellLanguage

/// Binds JOIN TABLE to what the database knows of the table.
extension Planner {
  /// Finds the table and its columns, or reports what keeps it from being read.
  mutating func bindLabelTable() throws {
    guard case .table(let reference) = select.labels?.source else { return }
    guard let (name, facts) = try facts(of: reference.name) else {
      return report(.unknown(reference.name, candidates: try context.tableNames().map(\.description)))
    }
    if !facts.columns.isEmpty, !facts.columns.contains(where: \.isReadable) {
      return report(.unreadable(column: nil, table: name.description))
    }
    for column in facts.columns where !column.isReadable {
      report(.unreadable(column: column.name, table: name.description))
    }
    labelFacts = (name, facts)
    labelColumns = facts.columns.map(\.name)
  }

  /// The table of exactly this name, else the only one that differs in case.
  private mutating func facts(of name: TableName) throws -> (TableName, TableFacts)? {
    if let facts = try facts(of: .table(name)) { return (name, facts) }
    let candidates = try context.tableNames()
    guard case .one(let index) = NameLookup.find(name.description, among: candidates.map(\.description)),
      let facts = try facts(of: .table(candidates[index]))
    else { return nil }
    return (candidates[index], facts)
  }

  /// Decides as what each column is read, once keys and axis are known.
  mutating func placeLabelTable(axis: Axis) {
    guard let (name, facts) = labelFacts else { return }
    let keys = uses.flatMap(\.keys)
    var columns: [LabelTablePlan.Column] = []
    for (index, column) in facts.columns.enumerated() {
      let keyTypes = keys.filter { $0.labelColumn == index }.map(\.type)
      if column.naturalType == nil && keyTypes.isEmpty {
        report(.mixedValues(column: column.name, table: name.description))
      }
      columns.append(
        LabelTablePlan.Column(
          name: column.name, declaredType: column.declaredType,
          form: LabelTablePlan.Form(type: column.naturalType ?? keyTypes.first ?? .str, storage: column.naturalStorage),
          moment: momentForm(of: column, axis: axis)))
    }
    var checked: Set<LabelTablePlan.Reading> = []
    labelTable = LabelTablePlan(name: name, columns: columns, estimatedRows: facts.estimatedRows, zone: context.zone)
    for key in keys {
      guard let index = key.labelColumn, let reading = labelTable?.reading(index, asKey: key.type) else { continue }
      let column = facts.columns[index]
      if column.holds(key.type, storage: column.naturalStorage) || !checked.insert(reading).inserted { continue }
      report(
        .keyNeverFits(
          column: column.name, table: name.description, stored: column.declaredType, type: key.type, key: key.name))
    }
  }

  /// As what moments are read from a column: the engine's own times, dates and texts, or whole numbers in the unit of
  /// TIME; on an axis of numbers, numbers.
  private func momentForm(of column: ColumnFacts, axis: Axis) -> LabelTablePlan.Form? {
    let unit = select.labels?.reading.timeUnit.flatMap { TimestampStorage(rawValue: $0.text) }
    switch (axis, column.naturalType) {
    case (.number, .int): return LabelTablePlan.Form(type: .int, storage: .number)
    case (.number, .float), (.number, .decimal): return LabelTablePlan.Form(type: .float, storage: .number)
    case (.time, .int): return unit.map { LabelTablePlan.Form(type: .int, storage: $0) }
    case (.time, .datetime), (.time, .date), (.time, .str):
      guard unit == nil, column.holds(.datetime, storage: column.naturalStorage) else { return nil }
      return LabelTablePlan.Form(type: .datetime, storage: column.naturalStorage)
    default: return nil
    }
  }

  /// The column that a statement without AS OF means, where types alone tell: the only one, other than a key, that
  /// holds moments.
  func onlyMomentColumn(of table: LabelTablePlan) -> Int? {
    let candidates = table.momentCandidates(exceptKeys: uses.flatMap(\.keys))
    guard candidates.count == 1, !table.columns[candidates[0]].mayHoldMoments else { return nil }
    return candidates[0]
  }

  /// Reports a column that is to hold the moments and cannot.
  mutating func checkMoments(of column: Int, axis: Axis) {
    guard let table = labelTable, table.columns[column].moment == nil else { return }
    var span = labelSpan
    if case .column(let name) = select.cut?.moment.base { span = name.span }
    report(
      .labelTable(
        .noMoments(
          column: table.columns[column].name, table: table.name.description,
          stored: table.columns[column].declaredType, isInt: table.columns[column].form.type == .int, axis: axis,
          unit: select.labels?.reading.timeUnit?.text)), at: span)
  }

  private mutating func report(_ problem: LabelTableProblem) { report(.labelTable(problem), at: labelSpan) }
}

extension ColumnFacts {
  /// Whether values of the column can have a type; moments are stored in some way.
  func holds(_ type: ValueType, storage: TimestampStorage) -> Bool {
    acceptedTypes.contains(type) && (type != .datetime || places(storage))
  }

  /// Whether moments can be stored so.
  func places(_ storage: TimestampStorage) -> Bool { storage != .number && acceptedStorages.contains(storage) }
}
