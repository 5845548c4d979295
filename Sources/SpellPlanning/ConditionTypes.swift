import SpellCore
import SpellLanguage

/// Which types may be compared, and what literals mean beside them.
package enum ConditionTypes {
  /// Problems of a condition as far as types are known; `typeOf` adds the inferred types of label columns.
  package static func problems(
    of condition: PlannedCondition, zone: Zone, typeOf: (PlannedColumn.Origin) -> ValueType?
  ) -> [LocatedProblem] {
    withoutActuallyEscaping(typeOf) { ConditionCheck(zone: zone, typeOf: $0).problems(of: condition) }
  }

  /// The type of a literal that stands beside another literal; nil for NULL, which goes with all.
  package static func ownType(of literal: PlannedOperand.Constant.Value) -> ValueType? {
    switch literal {
    case .number: .decimal
    case .bool: .bool
    case .text, .untyped: .str
    case .null, .parameter: nil
    }
  }

  /// Numbers compare by value whatever their types; everything else with its own type only.
  package static func areComparable(_ left: ValueType, _ right: ValueType) -> Bool {
    left == right || (left.isNumeric && right.isNumeric)
  }

  /// What a literal means beside a column of a type; nil if it means nothing there. A number beside a column of
  /// another numeric type keeps its own type, so that `1.5` is not cut to an int.
  package static func value(of literal: Literal.Value, type: ValueType, zone: Zone) -> Value? {
    switch literal {
    case .null: return .null
    case .bool(let value): return type == .bool ? .bool(value) : nil
    case .number(let text): return type.isNumeric ? number(text) : type == .bool ? bool(text) : nil
    case .text(let text): return type.isNumeric || type == .bool ? nil : value(text: text, type: type, zone: zone)
    case .untyped(let text):
      if type.isNumeric { return number(text) }
      return type == .bool ? bool(text) : value(text: text, type: type, zone: zone)
    case .parameter: preconditionFailure("a parameter was not bound")
    }
  }

  private static func number(_ text: String) -> Value? {
    withBytes(of: text) { bytes in
      if let integer = NumberText.parseInt(bytes) { return .int(integer) }
      if let decimal = DecimalText.canonical(bytes) { return .decimal(String(decoding: decimal, as: UTF8.self)) }
      return NumberText.parseFloat(bytes).map { .float($0) }
    }
  }

  private static func bool(_ text: String) -> Value? {
    switch text {
    case "1", "true": .bool(true)
    case "0", "false": .bool(false)
    default: nil
    }
  }

  private static func value(text: String, type: ValueType, zone: Zone) -> Value? {
    withBytes(of: text) { bytes in
      switch type {
      case .str: return .str(text)
      case .datetime:
        guard case .success(let instant) = TimeText.parse(bytes, zone: zone, reading: .label) else { return nil }
        return .datetime(Instant(microseconds: instant))
      case .date:
        guard case .success(let days) = TimeText.parseDate(bytes) else { return nil }
        return .date(days)
      case .uuid: return ByteText.uuid(bytes).map { .uuid(String(decoding: $0, as: UTF8.self)) }
      case .bytes: return ByteText.bytes(bytes).map { .bytes($0) }
      case .int, .float, .decimal, .bool: return nil
      }
    }
  }
}

/// Looks for sides of comparisons that do not go together.
private struct ConditionCheck {
  let zone: Zone
  /// The types of label columns, as far as they were inferred.
  let typeOf: (PlannedColumn.Origin) -> ValueType?

  func problems(of condition: PlannedCondition) -> [LocatedProblem] {
    switch condition {
    case .compare(let left, _, let right): compare(left, right)
    case .isIn(let subject, let members, _): members.flatMap { compare(subject, $0) }
    case .isBetween(let subject, let low, let high, _): compare(subject, low) + compare(subject, high)
    case .isLike(let subject, let pattern, _): requireText(subject) + requireText(pattern)
    case .isNull: []
    case .and(let left, let right), .or(let left, let right): problems(of: left) + problems(of: right)
    case .not(let inner): problems(of: inner)
    }
  }

  private func type(_ column: PlannedOperand.Column) -> ValueType? { column.type ?? typeOf(column.origin) }

  private func compare(_ left: PlannedOperand, _ right: PlannedOperand) -> [LocatedProblem] {
    switch (left, right) {
    case (.column(let left), .column(let right)):
      guard let leftType = type(left), let rightType = type(right),
        !ConditionTypes.areComparable(leftType, rightType)
      else { return [] }
      return [
        LocatedProblem(.differentTypes(left: leftType.rawValue, right: rightType.rawValue), at: right.location)
      ]
    case (.column(let column), .constant(let constant)), (.constant(let constant), .column(let column)):
      return type(column).map { requireValue(constant, of: $0) } ?? []
    case (.constant(let left), .constant(let right)):
      let leftType = ConditionTypes.ownType(of: left.literal)
      let rightType = ConditionTypes.ownType(of: right.literal)
      // The value of a parameter takes the type of the literal beside it.
      if let rightType, case .untyped = left.literal { return requireValue(left, of: rightType) }
      if let leftType, case .untyped = right.literal { return requireValue(right, of: leftType) }
      guard let leftType, let rightType, !ConditionTypes.areComparable(leftType, rightType) else { return [] }
      return [
        LocatedProblem(.differentTypes(left: left.literal.text, right: right.literal.text), at: right.location)
      ]
    }
  }

  private func requireValue(_ constant: PlannedOperand.Constant, of type: ValueType) -> [LocatedProblem] {
    if ConditionTypes.value(of: constant.literal, type: type, zone: zone) != nil { return [] }
    return [LocatedProblem(.badLiteral(constant.literal.text, type: type), at: constant.location)]
  }

  /// LIKE takes text on both sides.
  private func requireText(_ operand: PlannedOperand) -> [LocatedProblem] {
    let (type, location) =
      switch operand {
      case .column(let column): (type(column), column.location)
      case .constant(let constant): (ConditionTypes.ownType(of: constant.literal), constant.location)
      }
    guard let type, type != .str else { return [] }
    return [LocatedProblem(.likeOnOther(type), at: location)]
  }
}

extension Value {
  /// A number as the double nearest to it, as it would be stored in a column of floats.
  package var nearestFloat: Value {
    switch self {
    case .int(let value): .float(Double(value))
    case .decimal(let text): .float(withBytes(of: text) { NumberText.nearestFloat(ofDecimal: $0) })
    default: self
    }
  }
}

extension Literal.Value {
  /// For messages.
  var text: String {
    switch self {
    case .text(let text): "'\(text)'"
    case .number(let text), .untyped(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null: "NULL"
    case .parameter(let name): ":\(name)"
    }
  }
}
