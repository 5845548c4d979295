import SpellCore
import SpellPlanning
import SpellTables

/// A condition made ready to run over batches: columns by position, constants as cells.
struct ConditionProgram {
  /// One side of a comparison: a column of the batch, or a column of one cell.
  private enum Side {
    case column(Int)
    case constant(Column)
  }

  private indirect enum Node {
    case compare(Side, PlannedCondition.Comparison, Side)
    /// The subject beside each member, since a literal takes its type from what it is compared with.
    case isIn([(Side, Side)], isNegated: Bool)
    /// A column among values of one type, which ascend.
    case isAmong(Side, [Column], hasNull: Bool, isNegated: Bool)
    case isLike(Side, Side, isNegated: Bool)
    case isNull(Side, isNegated: Bool)
    case and(Node, Node)
    case or(Node, Node)
    case not(Node)
  }

  /// The columns that a batch must hold, in this order.
  let origins: [PlannedColumn.Origin]
  let types: [ValueType]
  private let root: Node

  /// Throws if types that only now are known do not go together.
  init(_ condition: PlannedCondition, zone: Zone, typeOf: (PlannedColumn.Origin) -> ValueType?) throws {
    let problems = ConditionTypes.problems(of: condition, zone: zone, typeOf: typeOf)
    guard problems.isEmpty else { throw SpellError(.statement, problems.map(\.diagnostic)) }
    var origins: [PlannedColumn.Origin] = []
    for origin in condition.origins where !origins.contains(origin) { origins.append(origin) }
    let types = origins.map { typeOf($0) ?? .str }
    self.origins = origins
    self.types = types
    root = Compiler(origins: origins, types: types, zone: zone).node(condition)
  }

  /// Whether the condition is true for a row of a batch; neither false nor unknown is.
  func matches(_ batch: RowBatch, row: Int) -> Bool { evaluate(root, batch, row) == true }

  private func evaluate(_ node: Node, _ batch: RowBatch, _ row: Int) -> Bool? {
    switch node {
    case .and(let left, let right):
      let first = evaluate(left, batch, row)
      if first == false { return false }
      let second = evaluate(right, batch, row)
      return second == false ? false : first == nil || second == nil ? nil : true
    case .or(let left, let right):
      let first = evaluate(left, batch, row)
      if first == true { return true }
      let second = evaluate(right, batch, row)
      return second == true ? true : first == nil || second == nil ? nil : false
    case .not(let inner): return evaluate(inner, batch, row).map { !$0 }
    case .isNull(let side, let isNegated): return (cell(side, batch, row) == nil) != isNegated
    case .compare(let left, let comparison, let right):
      guard let order = order(left, right, batch, row) else { return nil }
      return switch comparison {
      case .equal: order == 0
      case .notEqual: order != 0
      case .less: order < 0
      case .lessOrEqual: order <= 0
      case .greater: order > 0
      case .greaterOrEqual: order >= 0
      }
    case .isIn(let pairs, let isNegated):
      var sawNull = false
      for (subject, member) in pairs {
        guard let order = order(subject, member, batch, row) else {
          sawNull = true
          continue
        }
        if order == 0 { return !isNegated }
      }
      return sawNull ? nil : isNegated
    case .isAmong(let subject, let members, let hasNull, let isNegated):
      guard let (column, row) = cell(subject, batch, row) else { return nil }
      var (low, high) = (0, members.count)
      while low < high {
        let middle = (low + high) / 2
        let order = CellComparison.order(column, row, members[middle], 0)
        if order == 0 { return !isNegated }
        if order < 0 { high = middle } else { low = middle + 1 }
      }
      return hasNull ? nil : isNegated
    case .isLike(let subject, let pattern, let isNegated):
      guard let subject = cell(subject, batch, row), let pattern = cell(pattern, batch, row) else { return nil }
      let found = LikePattern(pattern.0.bytes(pattern.1)).matches(subject.0.bytes(subject.1))
      return found != isNegated
    }
  }

  /// The place of a value; nil for NULL.
  private func cell(_ side: Side, _ batch: RowBatch, _ row: Int) -> (Column, Int)? {
    switch side {
    case .column(let index):
      let column = batch.columns[index]
      return column.state(row) == .value ? (column, row) : nil
    case .constant(let column): return column.state(0) == .value ? (column, 0) : nil
    }
  }

  private func order(_ left: Side, _ right: Side, _ batch: RowBatch, _ row: Int) -> Int? {
    guard let left = cell(left, batch, row), let right = cell(right, batch, row) else { return nil }
    return CellComparison.order(left.0, left.1, right.0, right.1)
  }

  /// Turns a planned condition into nodes.
  private struct Compiler {
    let origins: [PlannedColumn.Origin]
    let types: [ValueType]
    let zone: Zone

    func node(_ condition: PlannedCondition) -> Node {
      switch condition {
      case .and(let left, let right): return .and(node(left), node(right))
      case .or(let left, let right): return .or(node(left), node(right))
      case .not(let inner): return .not(node(inner))
      case .isNull(let subject, let isNegated): return .isNull(side(subject, beside: nil), isNegated: isNegated)
      case .compare(let left, let comparison, let right):
        return .compare(side(left, beside: right), comparison, side(right, beside: left))
      case .isIn(let subject, let members, let isNegated):
        return isIn(members.map { (side(subject, beside: $0), side($0, beside: subject)) }, isNegated: isNegated)
      case .isBetween(let subject, let low, let high, let isNegated):
        let within = Node.and(
          .compare(side(subject, beside: low), .greaterOrEqual, side(low, beside: subject)),
          .compare(side(subject, beside: high), .lessOrEqual, side(high, beside: subject)))
        return isNegated ? .not(within) : within
      case .isLike(let subject, let pattern, let isNegated):
        return .isLike(side(subject, beside: pattern), side(pattern, beside: subject), isNegated: isNegated)
      }
    }

    /// Lists may be long: where one order has all members, they are sorted, to be found without a look at each.
    private func isIn(_ pairs: [(Side, Side)], isNegated: Bool) -> Node {
      let cells = pairs.compactMap { if case (.column, .constant(let cell)) = $0 { cell } else { nil } }
      let members = cells.filter { $0.state(0) == .value }
      guard cells.count == pairs.count, let type = members.first?.type, members.allSatisfy({ $0.type == type }) else {
        return .isIn(pairs, isNegated: isNegated)
      }
      return .isAmong(
        pairs[0].0, members.sorted { CellComparison.order($0, 0, $1, 0) < 0 }, hasNull: members.count < cells.count,
        isNegated: isNegated)
    }

    /// A literal takes its type from the column that it stands beside.
    private func side(_ operand: PlannedOperand, beside other: PlannedOperand?) -> Side {
      switch operand {
      case .column(let column): return .column(origins.firstIndex(of: column.origin) ?? 0)
      case .constant(let constant):
        guard case .constant = other else { return .constant(cell(constant.literal, type: type(of: other))) }
        // Beside another literal only the value of a parameter takes a type from it.
        guard case .untyped = constant.literal else { return .constant(cell(constant.literal, type: nil)) }
        return .constant(cell(constant.literal, type: type(of: other)))
      }
    }

    /// What a literal beside this operand is compared as; nil for its own type.
    private func type(of operand: PlannedOperand?) -> ValueType? {
      switch operand {
      case .column(let column): origins.firstIndex(of: column.origin).map { types[$0] }
      case .constant(let constant): ConditionTypes.ownType(of: constant.literal)
      case nil: nil
      }
    }

    private func cell(_ literal: PlannedOperand.Constant.Value, type: ValueType?) -> Column {
      let wanted = type ?? ConditionTypes.ownType(of: literal) ?? .str
      let value = ConditionTypes.value(of: literal, type: wanted, zone: zone) ?? .null
      return ValueCell.column(wanted == .float ? value.nearestFloat : value)
    }
  }
}
