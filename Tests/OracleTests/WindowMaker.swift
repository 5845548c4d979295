import TestSupport

/// Makes windows over a group whose sums the language can tell.
struct WindowMaker {
  let group: Group
  let rows: [Row]
  let lengths: [Span]
  /// Numbers of rows and sums of whole numbers alone, which an engine may add up by itself.
  let onlyAddsUp: Bool
  var random: SeededRandom

  mutating func make() -> Window {
    let feature = random.chance(20) ? nil : random.below(group.features.count)
    let above = lengths.filter { $0.length > group.delay?.length ?? 0 }
    let length = above.isEmpty || random.chance(25) ? nil : random.pick(above)
    return Window(
      function: feature.map { random.pick(functions(of: $0)) } ?? "count", feature: feature, length: length,
      filter: random.chance(30) ? filter() : nil)
  }

  private func functions(of feature: Int) -> [String] {
    let any = onlyAddsUp ? ["count"] : ["count", "min", "max", "first", "last"]
    let values = rows.map { $0.values[feature] }
    switch group.features[feature].type {
    case .float: return any + (onlyAddsUp ? [] : ["sum", "avg", "variance", "stddev"])
    case .decimal: return any + (onlyAddsUp ? [] : ["sum", "avg"])
    case .int:
      // Sums that do not fit are an error, here or in the engine, and the oracle cannot hold larger squares.
      let isSmall = values.allSatisfy { if case .int(let value) = $0 { value.magnitude <= 10 } else { true } }
      return any + (isSmall ? ["sum", "avg"] + (onlyAddsUp ? [] : ["variance", "stddev"]) : [])
    default: return any
    }
  }

  private mutating func filter() -> Window.Filter {
    let feature = random.below(group.features.count)
    guard group.features[feature].type == .int, random.chance(60) else { return .isNull(feature, random.chance(30)) }
    return .isAbove(feature, random.pick([0, 9]))
  }
}
