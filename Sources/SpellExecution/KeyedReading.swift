import SpellCore
import SpellPlanning

/// Reads the rows of a use by the keys that labels ask for, some of them in each statement.
struct KeyedReading {
  let fold: Fold
  let mapping: LabelTable.KeyMapping
  let plan: SelectPlan
  /// Reads the rows of a statement, and its parameters, into the fold.
  let read: (String, [String]) throws -> Void

  /// Reads all there is to read; false if there were so many rows that a scan is better after all.
  func run() throws -> Bool {
    let keys = (0..<mapping.index.count).filter { id in mapping.asked.map { $0.base[id] != 0 } ?? true }
    switch fold.use.access.strategy {
    case .seek: return try seek(keys)
    case .reduce: return try reduce(keys)
    case .lookup: return try lookUp(keys)
    case .scan, .server: preconditionFailure("no rows are read by keys")
    }
  }

  private func lookUp(_ ids: [Int]) throws -> Bool {
    let strategy = LookupStrategy(fold.use, dialect: plan.dialect)
    for start in stride(from: 0, to: ids.count, by: LookupStrategy.chunkKeys) {
      let keys = ids[start...].prefix(LookupStrategy.chunkKeys).map { mapping.index.values($0) }
        .filter(isWritable)
      if keys.isEmpty { continue }
      guard try run(strategy.sql(keys: keys, limit: limit)) else { return false }
    }
    return true
  }

  private func seek(_ ids: [Int]) throws -> Bool {
    guard let strategy = SeekStrategy(fold.use, isStrict: plan.cut.isStrict, dialect: plan.dialect) else {
      preconditionFailure("a seek was planned that cannot serve")
    }
    var ranges: [SeekStrategy.Range] = []
    func flush() throws -> Bool {
      defer { ranges.removeAll(keepingCapacity: true) }
      return try ranges.isEmpty || run(strategy.sql(ranges: ranges, limit: limit))
    }
    for id in ids {
      for range in self.ranges(of: id, strategy) {
        ranges.append(range)
        if ranges.count == SeekStrategy.chunkRanges, try !flush() { return false }
      }
    }
    return try flush()
  }

  private func reduce(_ ids: [Int]) throws -> Bool {
    let strategy = ReduceStrategy(fold.use, isStrict: plan.cut.isStrict, dialect: plan.dialect)
    var keys: [[Value]] = []
    var ranges: [SeekStrategy.Range] = []
    for (position, id) in ids.enumerated() {
      // A key is never cut in two, so that no row comes twice.
      if let seek = strategy.ranges {
        ranges += self.ranges(of: id, seek)
      } else {
        let key = mapping.index.values(id)
        if isWritable(key) { keys.append(key) }
      }
      let count = max(keys.count, ranges.count)
      guard count >= ReduceStrategy.chunkLabels || (count > 0 && position == ids.count - 1) else { continue }
      let statement = ranges.isEmpty ? strategy.statement(keys: keys) : strategy.statement(ranges: ranges)
      try read(statement.sql, statement.parameters)
      keys.removeAll(keepingCapacity: true)
      ranges.removeAll(keepingCapacity: true)
    }
    return true
  }

  private func isWritable(_ key: [Value]) -> Bool { LookupStrategy.isWritable(key, dialect: plan.dialect) }

  /// The ranges that the labels of a key ask for.
  private func ranges(of id: Int, _ strategy: SeekStrategy) -> [SeekStrategy.Range] {
    guard case .labels(let slots) = fold.placement else {
      preconditionFailure("moments of labels were planned where there are none")
    }
    let key = mapping.index.values(id)
    guard isWritable(key) else { return [] }
    let start = Int(slots.starts[id])
    let moments = UnsafeBufferPointer(start: slots.moments.base + start, count: Int(slots.starts[id + 1]) - start)
    return strategy.ranges(key: key, moments: moments)
  }

  /// One row more than may be: that it came tells that there are too many.
  private var limit: Int? { fold.use.access.rowLimit.map { $0 - fold.rowsRead + 1 } }

  /// Reads the rows of a statement; false if there are too many by now.
  private func run(_ sql: String) throws -> Bool {
    try read(sql, [])
    return fold.use.access.rowLimit.map { fold.rowsRead <= $0 } ?? true
  }
}
