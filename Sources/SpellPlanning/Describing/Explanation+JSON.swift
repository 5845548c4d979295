import SpellCore
import SpellTables

/// The plan as JSON, for EXPLAIN … FORMAT json. The README documents every member; what is unknown is `null`.
extension Explanation {
  /// Writes one object and a line end.
  package func writeJSON(to target: any OutputTarget) throws {
    try JSONNode.object([
      ("statement", .text(plan.versions != nil ? "versions" : plan.labels == nil ? "snapshot" : "join")),
      ("axis", .text(plan.axis == .time ? "time" : "number")),
      ("labels", plan.labels.map(node) ?? .null),
      ("moment", constantMoment.map(Self.node) ?? .null),
      ("offset", plan.cut.offset.map { Self.node($0.length, isNegative: $0.isNegative) } ?? .null),
      ("from", plan.versions.map { Self.node($0.from) } ?? .null),
      ("to", plan.versions.map { Self.node($0.to) } ?? .null),
      ("strict", .bool(plan.cut.isStrict)),
      ("note", plan.note.map { .text($0) } ?? .null),
      ("sql", plan.statement.map { .text($0.sql) } ?? .null),
      ("uses", .array(plan.uses.indices.map(use))),
      ("server", plan.server.map(Self.node) ?? .null),
      ("result", result),
      ("peak_memory_bytes", measured.map { .int($0.peakMemoryBytes) } ?? .null),
    ]).write(to: target)
  }

  private var constantMoment: AxisPoint? { if case .constant(let point) = plan.cut.moment { point } else { nil } }

  private func node(_ labels: LabelPlan) -> JSONNode {
    let column: JSONNode =
      if case .column(let index) = plan.cut.moment { .text(labels.columnNames[index]) } else { .null }
    return .object([
      ("name", labelName.map { .text($0) } ?? .null),
      ("columns", .array(labels.columnNames.map { .text($0) })),
      ("moment_column", column),
      ("measured", Self.node(measured?.labels)),
    ])
  }

  private func use(_ index: Int) -> JSONNode {
    let use = plan.uses[index]
    let access = use.access
    let rules = rules(of: use)
    return .object(
      [
        ("group", .text(use.group.name)), ("placement", use.facts.placement.map(Self.node) ?? .null),
        ("keys", .array(use.keys.map(node))), ("static", .bool(use.isStatic)),
        ("windows", .array(windows(index))),
        ("delay", rules.delay.map { Self.node($0) } ?? .null), ("ttl", rules.ttl.map { Self.node($0) } ?? .null),
      ] + Self.members(rules.known) + [
        ("strategy", .text(access.strategy.rawValue)), ("reason", .text(access.reason)),
        ("note", access.note.map { .text($0) } ?? .null), ("index", access.index.map { .text($0) } ?? .null),
        ("estimated_rows", Self.node(access.estimatedRows)), ("estimated_ms", Self.node(access.cost)),
        ("alternatives", .array(access.alternatives.map(Self.node))),
        ("sql", access.sql.isEmpty ? .null : .text(access.statement)),
        ("measured", Self.node(stage(of: index))),
      ])
  }

  private func windows(_ index: Int) -> [JSONNode] {
    let use = plan.uses[index]
    return zip(plan.answerNames(ofUse: index), use.windows).map { name, window in
      .object([("column", .text(name)), ("window", .text(use.text(of: window)))])
    }
  }

  private static func node(_ placement: TablePlacement) -> JSONNode {
    .object([
      ("parts", .int(placement.parts)), ("rule", placement.rule.map { .text($0) } ?? .null),
      ("servers", .array(placement.servers.map { .text($0) })),
    ])
  }

  private static func node(_ server: ServerFacts) -> JSONNode {
    .object([
      ("standby", .bool(server.isStandby)), ("takes_arrays", .bool(server.takesArrays)),
      ("round_trip_ms", node(server.link?.roundTrip)),
      ("bytes_per_second", node(server.link?.bytesPerMillisecond.map { Int($0 * 1000) })),
    ])
  }

  private func node(_ key: GroupUse.Key) -> JSONNode {
    let labelColumn = key.labelColumn.flatMap { plan.labels?.columnNames[$0] }
    return .object([
      ("name", .text(key.name)), ("column", .text(key.column)),
      ("label_column", labelColumn.map { .text($0) } ?? .null),
    ])
  }

  private static func members(_ known: KnownRule) -> [(String, JSONNode)] {
    switch known {
    case .all: [("known", .text("all")), ("known_at", .null)]
    case .byMoment: [("known", .text("by_moment")), ("known_at", .null)]
    case .at(let point): [("known", .text("at")), ("known_at", node(point))]
    }
  }

  private static func node(_ alternative: Alternative) -> JSONNode {
    .object([
      ("strategy", .text(alternative.strategy.rawValue)), ("estimated_rows", node(alternative.estimatedRows)),
      ("estimated_ms", node(alternative.cost)), ("obstacle", alternative.obstacle.map { .text($0) } ?? .null),
      ("missing_index", alternative.missingIndex.map { .text($0) } ?? .null),
    ])
  }

  private var result: JSONNode {
    let isCut = plan.limit != nil || plan.offset > 0
    return .object([
      ("where_on_keys", .bool(plan.keyCondition != nil)), ("where", .bool(plan.condition != nil)),
      ("order_by", .bool(!plan.order.isEmpty)), ("limit", Self.node(plan.limit)), ("offset", .int(plan.offset)),
      ("limit_cuts", isCut ? .text(limitCutsLabels ? "labels" : "result") : .null),
      ("measured", Self.node(measured?.result)),
    ])
  }

  // MARK: - Values

  private static func node(_ stage: Measurement.Stage?) -> JSONNode {
    guard let stage else { return .null }
    return .object([
      ("rows", .int(stage.rows)), ("bytes", .int(stage.bytes)),
      ("milliseconds", .float((stage.milliseconds * 1000).rounded() / 1000)), ("held_bytes", node(stage.heldBytes)),
    ])
  }

  private static func node(_ number: Int?) -> JSONNode { number.map { .int($0) } ?? .null }

  /// Milliseconds, to the microsecond.
  private static func node(_ number: Double?) -> JSONNode {
    number.map { .float(($0 * 1000).rounded() / 1000) } ?? .null
  }

  private static func node(_ point: AxisPoint) -> JSONNode {
    switch point {
    case .time(let time): .text(TimeText.text(time))
    case .number(.int(let number)): .int(Int(number))
    case .number(.float(let number)): .float(number)
    }
  }

  /// Seconds on an axis of time.
  private static func node(_ length: Interval, isNegative: Bool = false) -> JSONNode {
    switch length {
    case .time(let microseconds): .float(Double(isNegative ? -microseconds : microseconds) / 1e6)
    case .number(.int(let number)): .int(Int(isNegative ? -number : number))
    case .number(.float(let number)): .float(isNegative ? -number : number)
    }
  }
}
