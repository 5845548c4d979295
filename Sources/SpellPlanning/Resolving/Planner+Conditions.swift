import SpellCore
import SpellLanguage

/// Resolves WHERE and ORDER BY.
extension Planner {
  /// The conjuncts of WHERE on keys alone, and the rest.
  mutating func resolveCondition(in scope: NameScope) -> (keys: PlannedCondition?, rest: PlannedCondition?) {
    guard let condition = select.condition, let planned = resolve(condition, in: scope) else { return (nil, nil) }
    problems += ConditionTypes.problems(of: planned, zone: context.zone) { _ in nil }
    let conjuncts = planned.conjuncts
    func isOfKeys(_ conjunct: PlannedCondition) -> Bool {
      !conjunct.origins.isEmpty && conjunct.origins.allSatisfy(scope.keys.contains)
    }
    return (.all(of: conjuncts.filter(isOfKeys)), .all(of: conjuncts.filter { !isOfKeys($0) }))
  }

  mutating func resolveOrder(in scope: NameScope) -> [PlannedOrder] {
    select.order.compactMap { term in
      resolve(term.column, in: scope).map { PlannedOrder(origin: $0.origin, isDescending: term.isDescending) }
    }
  }

  /// After a problem nil, or what is sound of it: every side is looked at so that all problems are found.
  mutating func resolve(_ condition: Condition, in scope: NameScope) -> PlannedCondition? {
    switch condition {
    case .compare(let left, let comparison, let right):
      let sides = (resolve(left, in: scope), resolve(right, in: scope))
      guard let left = sides.0, let right = sides.1 else { return nil }
      return .compare(left, comparison, right)
    case .isIn(let subject, let members, let isNegated):
      let sides = (resolve(subject, in: scope), members.compactMap { resolve($0, in: scope) })
      guard let subject = sides.0, sides.1.count == members.count else { return nil }
      return .isIn(subject, sides.1, isNegated: isNegated)
    case .isBetween(let subject, let low, let high, let isNegated):
      let sides = (resolve(subject, in: scope), resolve(low, in: scope), resolve(high, in: scope))
      guard let subject = sides.0, let low = sides.1, let high = sides.2 else { return nil }
      return .isBetween(subject, low: low, high: high, isNegated: isNegated)
    case .isLike(let subject, let pattern, let isNegated):
      let sides = (resolve(subject, in: scope), resolve(pattern, in: scope))
      guard let subject = sides.0, let pattern = sides.1 else { return nil }
      return .isLike(subject, pattern: pattern, isNegated: isNegated)
    case .isNull(let subject, let isNegated):
      return resolve(subject, in: scope).map { .isNull($0, isNegated: isNegated) }
    case .and(let left, let right):
      let sides = (resolve(left, in: scope), resolve(right, in: scope))
      guard let left = sides.0, let right = sides.1 else { return sides.0 ?? sides.1 }
      return .and(left, right)
    case .or(let left, let right):
      let sides = (resolve(left, in: scope), resolve(right, in: scope))
      guard let left = sides.0, let right = sides.1 else { return sides.0 ?? sides.1 }
      return .or(left, right)
    case .not(let inner):
      return resolve(inner, in: scope).map { .not($0) }
    }
  }

  private mutating func resolve(_ operand: Operand, in scope: NameScope) -> PlannedOperand? {
    switch operand {
    case .literal(let literal):
      return .constant(
        PlannedOperand.Constant(
          literal: literal.value, location: SourceLocation(source: source, span: literal.span)))
    case .column(let reference):
      return resolve(reference, in: scope).map {
        .column(
          PlannedOperand.Column(
            origin: $0.origin, type: $0.type, location: SourceLocation(source: source, span: reference.span)))
      }
    }
  }

  private mutating func resolve(_ reference: ColumnReference, in scope: NameScope) -> NameScope.Entry? {
    switch scope.find(reference) {
    case .found(let entry): return entry
    case .ambiguous(let choices): report(.ambiguousName(reference.text, choices: choices), at: reference.span)
    case .unknown(let candidates):
      report(.unknownName(reference.text, kind: .outputColumn, candidates: candidates), at: reference.span)
    }
    return nil
  }
}
