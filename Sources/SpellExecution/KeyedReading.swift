import SpellCore
import SpellPlanning

/// Reads the rows of a use by the keys that labels ask for, some of them in each statement.
struct KeyedReading {
  /// Reads the rows of a statement, and its parameters, into the fold.
  typealias Read = (String, [String]) throws -> Void

  let fold: Fold
  let mapping: LabelTable.KeyMapping
  private let plan: SelectPlan
  private let asked: AskedKeys
  /// What a server is asked that reduces the rows; nothing in other strategies.
  private let reductions: Reductions

  init(fold: Fold, mapping: LabelTable.KeyMapping, plan: SelectPlan) {
    self.fold = fold
    self.mapping = mapping
    self.plan = plan
    asked = AskedKeys(placement: fold.placement, mapping: mapping, dialect: plan.dialect)
    reductions = Reductions(
      of: fold.use.access.strategy == .reduce ? asked.ids : [], asked,
      by: ReduceStrategy(fold.use, isStrict: plan.cut.isStrict, dialect: plan.dialect))
  }

  /// What a server is asked that reduces the rows, where one statement reads all there is to read.
  var onlyReduction: ReduceStrategy.Statement? { reductions.only }

  /// Reads all there is to read; false if there were so many rows that a scan is better after all.
  func run(_ read: Read) throws -> Bool {
    switch fold.use.access.strategy {
    case .seek: return try seek(read)
    case .reduce:
      for statement in IteratorSequence(reductions) { try read(statement.sql, statement.parameters) }
      return true
    case .lookup: return try lookUp(read)
    case .scan, .server: preconditionFailure("no rows are read by keys")
    }
  }

  private func lookUp(_ read: Read) throws -> Bool {
    let strategy = LookupStrategy(fold.use, dialect: plan.dialect)
    let ids = asked.ids
    for start in stride(from: 0, to: ids.count, by: LookupStrategy.chunkKeys) {
      let keys = ids[start...].prefix(LookupStrategy.chunkKeys).compactMap(asked.key)
      if keys.isEmpty { continue }
      try read(strategy.sql(keys: keys, limit: limit), [])
      if hasTooManyRows { return false }
    }
    return true
  }

  private func seek(_ read: Read) throws -> Bool {
    guard let strategy = SeekStrategy(fold.use, isStrict: plan.cut.isStrict, dialect: plan.dialect) else {
      preconditionFailure("a seek was planned that cannot serve")
    }
    var ranges: [SeekStrategy.Range] = []
    func flush() throws {
      if ranges.isEmpty { return }
      try read(strategy.sql(ranges: ranges, limit: limit), [])
      ranges.removeAll(keepingCapacity: true)
    }
    for id in asked.ids {
      for range in asked.ranges(of: id, strategy) {
        ranges.append(range)
        if ranges.count < SeekStrategy.chunkRanges { continue }
        try flush()
        if hasTooManyRows { return false }
      }
    }
    try flush()
    return !hasTooManyRows
  }

  /// One row more than may be: that it came tells that there are too many.
  private var limit: Int? { fold.use.access.rowLimit.map { $0 - fold.rowsRead + 1 } }

  private var hasTooManyRows: Bool { fold.use.access.rowLimit.map { fold.rowsRead > $0 } ?? false }
}

/// The keys that labels ask for of a use, as far as they can stand in a statement.
private struct AskedKeys {
  let placement: Fold.Placement
  let mapping: LabelTable.KeyMapping
  let dialect: any Dialect

  var ids: [Int] { (0..<mapping.index.count).filter { id in mapping.asked.map { $0.base[id] != 0 } ?? true } }

  /// Nil if it cannot stand in a statement.
  func key(_ id: Int) -> [Value]? {
    let key = mapping.index.values(id)
    return LookupStrategy.isWritable(key, dialect: dialect) ? key : nil
  }

  /// The ranges that the labels of a key ask for.
  func ranges(of id: Int, _ strategy: SeekStrategy) -> [SeekStrategy.Range] {
    guard case .labels(let slots) = placement else {
      preconditionFailure("moments of labels were planned where there are none")
    }
    guard let key = key(id) else { return [] }
    let start = Int(slots.starts[id])
    let moments = UnsafeBufferPointer(start: slots.moments.base + start, count: Int(slots.starts[id + 1]) - start)
    return strategy.ranges(key: key, moments: moments)
  }
}

/// The statements by which a server reduces the rows of a use, made one ahead.
private struct Reductions: IteratorProtocol {
  private let asked: AskedKeys
  private let strategy: ReduceStrategy
  private var ids: ArraySlice<Int>
  private var upcoming: ReduceStrategy.Statement?

  init(of ids: [Int], _ asked: AskedKeys, by strategy: ReduceStrategy) {
    self.asked = asked
    self.strategy = strategy
    self.ids = ids[...]
    upcoming = make()
  }

  /// The only one; nil where there are more.
  var only: ReduceStrategy.Statement? { ids.isEmpty ? upcoming : nil }

  mutating func next() -> ReduceStrategy.Statement? {
    defer { upcoming = make() }
    return upcoming
  }

  private mutating func make() -> ReduceStrategy.Statement? {
    var keys: [[Value]] = []
    var ranges: [SeekStrategy.Range] = []
    // A key is never cut in two, so that no row comes twice.
    while max(keys.count, ranges.count) < ReduceStrategy.chunkLabels, let id = ids.popFirst() {
      if let seek = strategy.ranges {
        ranges += asked.ranges(of: id, seek)
      } else if let key = asked.key(id) {
        keys.append(key)
      }
    }
    if !ranges.isEmpty { return strategy.statement(ranges: ranges) }
    return keys.isEmpty ? nil : strategy.statement(keys: keys)
  }
}
