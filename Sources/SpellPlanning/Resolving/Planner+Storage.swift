import SpellCatalog
import SpellCore

/// Binds groups to what the database knows of their tables.
extension Planner {
  /// Adds a use of a group, or problems: a missing table or column, a type that never fits. Windows are of features
  /// that are among those.
  mutating func bind(_ index: Int, features: [Int], windows: [SelectedWindow] = []) throws {
    let group = context.catalog.groups[index]
    guard let table = try facts(of: group) else {
      guard case .table(let name) = group.source else {
        preconditionFailure("a driver knows the columns of every query, or throws")
      }
      let candidates = try context.tableNames().map(\.description)
      problems.append(
        LocatedProblem(.unknownTable(name, group: group.name, candidates: candidates), at: group.location))
      return
    }
    if !table.columns.isEmpty, !table.columns.contains(where: \.isReadable) {
      problems.append(
        LocatedProblem(.unreadable(column: nil, table: group.tableText, role: group.name), at: group.location))
      return
    }
    let keys = group.keys.compactMap { key -> GroupUse.Key? in
      let role = "key `\(key.key.name)`"
      guard
        let column = column(key.column, of: table, group: group, role: role, at: group.location),
        let type = type(key.key.type, of: column, group: group, role: role, at: group.location)
      else { return nil }
      return GroupUse.Key(
        entity: key.entity, name: key.key.name, type: type, column: column.name,
        storage: column.storage(declared: group.timestampStorage), labelColumn: nil)
    }
    let used = Set(features).sorted().compactMap { position -> GroupUse.UsedFeature? in
      var feature = group.features[position]
      let role = "feature `\(feature.name)`"
      guard
        let column = column(feature.column, of: table, group: group, role: role, at: feature.location),
        let type = type(feature.type, of: column, group: group, role: role, at: feature.location)
      else { return nil }
      feature.column = column.name
      return GroupUse.UsedFeature(
        feature: feature, type: type, storage: column.storage(declared: group.timestampStorage))
    }
    let event = event(of: group, in: table)
    uses.append(
      GroupUse(
        group: group, keys: keys, features: used, event: event, ttl: group.ttl, delay: group.delay,
        facts: table, scan: .none, access: .none))
    uses[uses.count - 1].windows = windows.map { plan($0) }
  }

  /// Asks for all tables of the statement at once, for a server may be far away.
  mutating func askForTables(of wanted: [WantedUse]) throws {
    var sources = wanted.map { context.catalog.groups[$0.group] }.filter { !$0.isQuery }.map(\.source)
    if case .table(let reference)? = select.labels?.source { sources.append(.table(reference.name)) }
    try ask(for: sources.reduce(into: [] as [TableSource]) { if !$0.contains($1) { $0.append($1) } })
  }

  private mutating func ask(for sources: [TableSource]) throws {
    let found = try context.facts(sources)
    for source in sources { tableFacts[source] = .some(found[source]) }
  }

  /// What the database knows of a source, which it is asked once.
  mutating func facts(of source: TableSource) throws -> TableFacts? {
    if tableFacts[source] == nil { try ask(for: [source]) }
    return tableFacts[source] ?? nil
  }

  /// A query that the engine refuses is the fault of the metadata, so its place is there.
  private mutating func facts(of group: Group) throws -> TableFacts? {
    do {
      return try facts(of: group.source)
    } catch let error as SpellError where error.kind == .statement && group.isQuery {
      throw error.located(at: group.location)
    }
  }

  private mutating func column(
    _ name: String, of table: TableFacts, group: Group, role: String, at location: SourceLocation
  ) -> ColumnFacts? {
    if table.columnCount(named: name) > 1 {
      problems.append(LocatedProblem(.repeatedColumn(name, table: group.tableText), at: location))
      return nil
    }
    if let column = table.column(named: name) {
      if column.isReadable { return column }
      problems.append(
        LocatedProblem(.unreadable(column: column.name, table: group.tableText, role: role), at: location))
      return nil
    }
    problems.append(
      LocatedProblem(
        .unknownColumn(
          name, table: group.tableText, role: role, candidates: table.columns.map(\.name)), at: location))
    return nil
  }

  private mutating func type(
    _ declared: ValueType?, of column: ColumnFacts, group: Group, role: String, at location: SourceLocation
  ) -> ValueType? {
    guard let type = declared ?? column.naturalType else {
      problems.append(
        LocatedProblem(.mixedValues(column: column.name, table: group.tableText, role: role), at: location))
      return nil
    }
    let storage = column.storage(declared: group.timestampStorage)
    if column.holds(type, storage: storage) { return type }
    let problem: PlanningProblem =
      if type == .datetime, !column.places(storage) {
        .notAnEventColumn(
          column: column.name, table: group.tableText, stored: column.declaredType, axis: .time)
      } else {
        .typeNeverFits(
          column: column.name, table: group.tableText, stored: column.declaredType, declared: type, role: role)
      }
    problems.append(LocatedProblem(problem, at: location))
    return nil
  }

  private mutating func event(of group: Group, in table: TableFacts) -> EventPlan? {
    let event = group.eventColumn.flatMap { name in
      column(name, of: table, group: group, role: "event timestamp", at: group.location)
    }
    let created = group.createdColumn.flatMap { name in
      column(name, of: table, group: group, role: "created timestamp", at: group.location)
    }
    guard let column = event else { return nil }
    let declared = group.timestampStorage
    let storage = Self.storage(of: column, declared: declared ?? column.naturalStorage)
    var stored = [(column: column, storage: storage)]
    if let created {
      let own = declared ?? (storage == .native ? created.naturalStorage : storage)
      stored.append((created, Self.storage(of: created, declared: own)))
    }
    for (column, own) in stored {
      let isNumber = own == .number && !column.acceptedTypes.isDisjoint(with: [.int, .float])
      let isTime =
        own != .number && column.acceptedTypes.contains(.datetime) && column.acceptedStorages.contains(own)
      if storage == .number ? isNumber : isTime { continue }
      problems.append(
        LocatedProblem(
          .notAnEventColumn(
            column: column.name, table: group.tableText, stored: column.declaredType,
            axis: storage == .number ? .number : .time),
          at: group.location))
    }
    let isFractional = [column, created].compactMap { $0 }.contains { $0.naturalType != .int }
    return EventPlan(
      column: column.name, createdColumn: created?.name, storage: storage,
      createdStorage: stored.last?.storage ?? storage, isFractional: isFractional)
  }

  /// How moments of a column are stored: in the engine's own type where it has one, whatever is declared for others.
  private static func storage(of column: ColumnFacts, declared: TimestampStorage) -> TimestampStorage {
    column.naturalStorage == .native && declared != .number ? .native : declared
  }
}

extension Group {
  /// Whether the rows come from a SELECT of the metadata's.
  package var isQuery: Bool { if case .query = source { true } else { false } }

  /// The table for a message.
  package var tableText: String {
    switch source {
    case .table(let name): name.description
    case .query: "the query of group \(name)"
    }
  }
}
