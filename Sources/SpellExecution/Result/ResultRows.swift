import SpellCore
import SpellPlanning
import SpellTables

/// The rows of a result before they are filtered, sorted and printed: label rows of a join, keys of a snapshot, stored
/// versions. Holds no cells of its own; columns are filled from the folds, the labels and the versions on demand.
struct ResultRows {
  enum Base {
    case labels(LabelTable)
    case keys(KeyIndex)
    case versions(VersionTable)
  }

  let plan: SelectPlan
  let base: Base
  let folds: [Fold]
  /// 1 for rows that take part; nil if all do. Rows that the key condition cuts were never asked for.
  let included: PlainBuffer<UInt8>?

  var count: Int {
    switch base {
    case .labels(let labels): labels.rowCount
    case .keys(let keys): keys.count
    case .versions(let table): table.count
    }
  }

  /// The positions of all rows.
  var all: PlainBuffer<Int32> {
    let rows = PlainBuffer<Int32>(filledWith: 0)
    for row in 0..<count { rows.append(Int32(row)) }
    return rows
  }

  /// The slot of the row that answers a row of the result, `Fold.noRow` or `Fold.expired`.
  func winner(use: Int, row: Int) -> Int32 { answers(use: use).winner(row) }

  /// The answers of a use, for loops over rows; valid as long as its fold is.
  struct Answers {
    fileprivate let winners: UnsafeMutablePointer<Int32>
    /// By row; nil where rows are places.
    fileprivate let places: UnsafeMutablePointer<Int32>?

    /// Of a row among the winners, negative for none.
    func place(_ row: Int) -> Int { places.map { Int($0[row]) } ?? row }

    func winner(_ row: Int) -> Int32 {
      let place = place(row)
      return place < 0 ? Fold.noRow : winners[place]
    }
  }

  func answers(use: Int) -> Answers {
    let fold = folds[use]
    let places: UnsafeMutablePointer<Int32>?
    switch (base, fold.placement) {
    case (.labels, .labels(let slots)): places = slots.slotOfRow.base
    case (.labels(let labels), _): places = labels.mapping(of: fold.use).ids.base
    case (.keys, _): places = nil
    case (.versions, _): preconditionFailure("a version answers nothing")
    }
    return Answers(winners: fold.winners.base, places: places)
  }

  /// The slot of a row of the result, -1 for none, whether a row answers it or not.
  func slot(use: Int, row: Int) -> Int32 {
    guard case .labels(let slots) = folds[use].placement else { return Int32(row) }
    return slots.slotOfRow.base[row]
  }

  /// The type of a column; label columns without one are text.
  func type(of origin: PlannedColumn.Origin) -> ValueType { knownType(of: origin) ?? .str }

  /// The type of a column; nil of a label column that has no values, or that nobody needed a type for.
  func knownType(of origin: PlannedColumn.Origin) -> ValueType? {
    if case (.label(let column), .labels(let labels)) = (origin, base) {
      return plan.columns[column].type ?? labels.inferredTypes[column]
    }
    return plan.type(of: origin)
  }

  /// Fills columns with the cells of some rows. Label columns must have been captured.
  func fill(
    _ targets: ArraySlice<Column>, from origins: some Sequence<PlannedColumn.Origin>,
    rows: UnsafeBufferPointer<Int32>
  ) {
    // The winners of a use are the same for all its columns.
    var winners = [PlainBuffer<Int32>?](repeating: nil, count: folds.count)
    func slots(_ use: Int) -> UnsafePointer<Int32> {
      if let found = winners[use] { return UnsafePointer(found.base) }
      let found = PlainBuffer<Int32>(count: rows.count, filledWith: Fold.noRow)
      let (answers, winner) = (answers(use: use), found.base)
      for index in rows.indices { winner[index] = answers.winner(Int(rows[index])) }
      winners[use] = found
      return UnsafePointer(found.base)
    }
    for (target, origin) in zip(targets, origins) {
      switch (origin, base) {
      case (_, .versions(let table)):
        let cells = table.cells(of: origin)
        for (index, row) in rows.enumerated() { target.copy(index, from: cells, Int(row)) }
      case (.label(let column), .labels(let labels)):
        guard let cells = labels.captured[column] else { preconditionFailure("a label column was not captured") }
        for (index, row) in rows.enumerated() { target.copy(index, from: cells, Int(row)) }
      case (.key(let position), .keys(let keys)):
        keys.fill(target, component: position, of: rows)
      case (.feature(let use, let feature), _):
        folds[use].store.gather(feature, slots: slots(use), count: rows.count, into: target)
      case (.window(let use, let window), _):
        let asked = PlainBuffer<Int32>(count: rows.count, filledWith: Fold.noRow)
        for index in rows.indices { asked.base[index] = slot(use: use, row: Int(rows[index])) }
        folds[use].windows?.gather(window, slots: asked.base, count: rows.count, into: target)
        withExtendedLifetime(asked) {}
      case (.timestamp(let use), _):
        fillTimestamps(target, fold: folds[use], slots: slots(use), count: rows.count)
      case (.label, .keys), (.key, .labels):
        preconditionFailure("a column comes from elsewhere than the rows")
      }
    }
    withExtendedLifetime(winners) {}
  }

  private func fillTimestamps(_ target: Column, fold: Fold, slots: UnsafePointer<Int32>, count: Int) {
    for index in 0..<count {
      let slot = Int(slots[index])
      guard slot >= 0 else {
        target.setNull(index)
        continue
      }
      let code = fold.store.event(slot)
      switch (target.type, fold.coding) {
      case (.float, .reals): target.set(index, double: AxisCoding.double(code))
      case (.float, .integers): target.set(index, double: Double(code))
      // The fold took it from a whole number that a double holds.
      case (.int, .reals): target.set(index, integer: Int64(AxisCoding.double(code)))
      default: target.set(index, integer: code)
      }
    }
  }
}

extension SelectPlan {
  /// The type of a column that is not a label's.
  func type(of origin: PlannedColumn.Origin) -> ValueType {
    if let type = columns.first(where: { $0.origin == origin })?.type { return type }
    return switch origin {
    case .feature(let use, let feature): uses[use].features[feature].type
    case .window(let use, let window): uses[use].windows[window].type
    case .label, .key, .timestamp: .str
    }
  }
}
