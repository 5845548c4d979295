import SpellPlanning

/// Reads the rows of a use by the keys that labels ask for, some of them in each statement.
struct KeyedReading {
  let fold: Fold
  let mapping: LabelTable.KeyMapping
  let plan: SelectPlan
  /// Reads the rows of a statement into the fold.
  let read: (String) throws -> Void

  /// Reads all there is to read; false if there were so many rows that a scan is better after all.
  func run() throws -> Bool {
    let keys = (0..<mapping.index.count).filter { id in mapping.asked.map { $0.base[id] != 0 } ?? true }
    return fold.use.access.strategy == .seek ? try seek(keys) : try lookUp(keys)
  }

  private func lookUp(_ ids: [Int]) throws -> Bool {
    let strategy = LookupStrategy(fold.use, dialect: plan.dialect)
    for start in stride(from: 0, to: ids.count, by: LookupStrategy.chunkKeys) {
      let keys = ids[start...].prefix(LookupStrategy.chunkKeys).map { mapping.index.values($0) }
        .filter(LookupStrategy.isWritable)
      if keys.isEmpty { continue }
      guard try run(strategy.sql(keys: keys, limit: limit)) else { return false }
    }
    return true
  }

  private func seek(_ ids: [Int]) throws -> Bool {
    guard let strategy = SeekStrategy(fold.use, isStrict: plan.cut.isStrict, dialect: plan.dialect),
      case .labels(let slots) = fold.placement
    else { preconditionFailure("a seek was planned that cannot serve") }
    var ranges: [SeekStrategy.Range] = []
    func flush() throws -> Bool {
      defer { ranges.removeAll(keepingCapacity: true) }
      return try ranges.isEmpty || run(strategy.sql(ranges: ranges, limit: limit))
    }
    for id in ids {
      let key = mapping.index.values(id)
      guard LookupStrategy.isWritable(key) else { continue }
      let start = Int(slots.starts[id])
      let moments = UnsafeBufferPointer(start: slots.moments.base + start, count: Int(slots.starts[id + 1]) - start)
      for range in strategy.ranges(key: key, moments: moments) {
        ranges.append(range)
        if ranges.count == SeekStrategy.chunkRanges, try !flush() { return false }
      }
    }
    return try flush()
  }

  /// One row more than may be: that it came tells that there are too many.
  private var limit: Int? { fold.use.access.rowLimit.map { $0 - fold.rowsRead + 1 } }

  /// Reads the rows of a statement; false if there are too many by now.
  private func run(_ sql: String) throws -> Bool {
    try read(sql)
    return fold.use.access.rowLimit.map { fold.rowsRead <= $0 } ?? true
  }
}
