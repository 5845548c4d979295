import SpellCore
import SpellPlanning
import SpellTables

/// Finds the label column that holds the moments where the statement does not name it: the only one, other than a key,
/// whose every value is a moment.
struct MomentColumnFinder {
  let file: LabelFile
  let plan: SelectPlan
  let zone: Zone

  /// Nil for labels without rows. Throws if no column or several qualify.
  func find(cancellation: Cancellation) throws -> Int? {
    let keys = Set(plan.uses.flatMap { $0.keys.compactMap(\.labelColumn) })
    var candidates = file.columnNames.indices.filter { !keys.contains($0) }
    var sawValue = Set<Int>()
    var nearMiss: LabelProblem.NearMiss?
    var hasRows = false
    var reader = try file.makeReader()
    var point = CancellationPoint(cancellation)
    while try reader.next() {
      try point.pass()
      hasRows = true
      for column in candidates where !file.isNull(reader.field(column)) {
        let moment = LabelMoment.read(
          reader.value(of: column), axis: plan.axis, storage: file.momentStorage, zone: zone, coding: .reals)
        if case .code = moment {
          sawValue.insert(column)
          continue
        }
        // The column that held moments the longest is the one that was probably meant.
        if sawValue.contains(column) {
          nearMiss = LabelProblem.NearMiss(
            column: file.columnNames[column], value: String(bytes: reader.value(of: column)),
            place: reader.place(ofField: column).text)
        }
        candidates.removeAll { $0 == column }
      }
      if candidates.isEmpty { break }
    }
    if !hasRows { return nil }
    candidates.removeAll { !sawValue.contains($0) }
    if candidates.count == 1 { return candidates[0] }
    let names = candidates.map { file.columnNames[$0] }
    throw
      (names.isEmpty
      ? LabelProblem.noMomentColumn(file: file.source.name, columns: file.columnNames, nearMiss: nearMiss)
      : LabelProblem.ambiguousMomentColumn(file: file.source.name, candidates: names)).error
  }
}
