import SpellCatalog
import SpellCore
import SpellTables

@testable import SpellExecution
@testable import SpellPlanning

/// One use of a group, folded by hand: rows in, one answer for each label out.
struct FoldStage {
  /// A label: key and moment.
  typealias Label = (key: Int64?, moment: Int64?)

  var labels: [Label] = []
  var features: [ValueType] = [.int]
  var hasCreated = true
  var isStatic = false
  var ttl: Int64?
  var delay: Int64?
  var invalid = Group.InvalidValues.error
  var isStrict = false
  var known = KnownRule.all
  /// Set: a snapshot at the moment, with a label for each key that it should show.
  var snapshot: Int64?

  /// Columns of the rows: key, event, created (unless there is none), features.
  var types: [ValueType] {
    [.int] + (isStatic ? [] : hasCreated ? [.datetime, .datetime] : [.datetime]) + features
  }

  /// Folds batches of rows.
  func fold(_ batches: [[[Cell]]]) throws -> FoldAnswers {
    let table = labelTable()
    let mapping = table.mappings[0]
    let placement: Fold.Placement =
      if isStatic {
        .staticKeys
      } else if let snapshot {
        .keys(moment: snapshot)
      } else {
        .labels(try SlotTable(mapping: mapping, labels: table, cancellation: Cancellation()))
      }
    let fold = try Fold(
      use: use, placement: placement, keys: mapping.index, coding: .integers, isStrict: isStrict, known: known)
    for rows in batches {
      let batch = RowBatch(types: types, rows: rows)
      var ids = [Int32](repeating: -1, count: max(1, rows.count))
      try ids.withUnsafeMutableBufferPointer { ids in
        guard let base = ids.baseAddress else { return }
        if snapshot == nil {
          mapping.index.find(batch.columns[..<1], count: rows.count, ids: base)
        } else {
          mapping.index.insert(batch.columns[..<1], count: rows.count, ids: base)
        }
        try fold.add(batch, ids: base)
      }
    }
    try fold.finish(Cancellation())
    let plan = SelectPlan(
      labels: snapshot == nil ? LabelPlan(columnNames: ["k", "at"]) : nil,
      cut: CutPlan(moment: .none, offset: nil, isStrict: isStrict), known: known, axis: .time, uses: [use], columns: [],
      keyCondition: nil, condition: nil, order: [], limit: nil, offset: 0,
      dialect: Dialects.named("sqlite"), strategy: nil)
    let base = snapshot == nil ? ResultRows.Base.labels(table) : .keys(mapping.index)
    return FoldAnswers(fold: fold, rows: ResultRows(plan: plan, base: base, folds: [fold], included: nil))
  }

  private var use: GroupUse {
    let location = SourceLocation(source: SourceText(name: "metadata.yml", text: ""), span: SourceSpan(0, 0))
    let declared = features.indices.map { index in
      Feature(
        name: "v\(index)", type: features[index], column: "v\(index)", description: nil, location: location)
    }
    let group = Group(
      name: "g", entities: ["k"], source: .table(TableName(["g"])), keys: [], eventColumn: isStatic ? nil : "t",
      createdColumn: hasCreated && !isStatic ? "c" : nil, timestampStorage: nil, zone: .utc, ttl: nil, delay: nil,
      invalidValues: invalid, description: nil, owner: nil, tags: [], features: declared, location: location)
    let event = EventPlan(
      column: "t", createdColumn: hasCreated ? "c" : nil, storage: .iso8601, createdStorage: .iso8601,
      isFractional: false)
    return GroupUse(
      group: group,
      keys: [
        GroupUse.Key(
          entity: "k", name: "k", type: .int, column: "k", storage: .iso8601, labelColumn: snapshot == nil ? 0 : nil)
      ],
      features: zip(declared, features).map { GroupUse.UsedFeature(feature: $0, type: $1, storage: .iso8601) },
      event: isStatic ? nil : event, ttl: ttl.map { .time(microseconds: $0) },
      delay: delay.map { .time(microseconds: $0) },
      facts: TableFacts(columns: [], indexes: [], estimatedRows: nil),
      scan: .none, access: .none)
  }

  private func labelTable() -> LabelTable {
    let table = LabelTable()
    let mapping = LabelTable.KeyMapping(columns: snapshot == nil ? [0] : [-1], types: [.int])
    table.mappings = [mapping]
    for label in labels {
      table.rowCount += 1
      table.moments.append(label.moment ?? 0)
      table.hasMoment.append(label.moment == nil ? 0 : 1)
    }
    let keys = Column(.int, labels.map { $0.key.map { .integer($0) } ?? .null })
    mapping.ids.extend(to: labels.count)
    mapping.index.insert([keys], count: labels.count, ids: mapping.ids.base)
    return table
  }
}

/// What a fold answers.
struct FoldAnswers {
  let fold: Fold
  let rows: ResultRows

  /// For each label, or each key of a snapshot: the features of the chosen row and its event, as `7@10`; `none`, or
  /// `expired`.
  var texts: [String] {
    (0..<rows.count).map { row in
      let slot = Int(rows.winner(use: 0, row: row))
      if slot == Int(Fold.noRow) { return "none" }
      if slot == Int(Fold.expired) { return "expired" }
      let cells = fold.store.types.indices.map { fold.store.text(slot, $0) }.joined(separator: "/")
      return fold.use.isStatic ? cells : "\(cells)@\(fold.store.event(slot))"
    }
  }

  /// The report of the only use.
  func report() throws -> MatchReport.Use {
    var counter = MatchCounter(plan: rows.plan, cancellation: Cancellation())
    try counter.add(rows)
    return counter.report.uses[0]
  }
}
