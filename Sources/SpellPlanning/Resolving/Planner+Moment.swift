import SpellCore
import SpellLanguage

/// Places the statement on its axis: the moment, VERSIONS, KNOWN, WITHIN, ttl and delay.
extension Planner {
  /// All timed groups of a statement share one axis.
  mutating func findAxis() -> Axis {
    let timed = uses.filter { !$0.isStatic }
    let times = timed.first { $0.event?.storage != .number }
    let numbers = timed.first { $0.event?.storage == .number }
    if let times, let numbers {
      report(.mixedAxes(first: times.group.name, second: numbers.group.name), at: select.items[0].subject.span)
      // Planning goes on, for further problems, on the axis of the first group.
      return timed[0].event?.storage == .number ? .number : .time
    }
    let axis: Axis = numbers == nil ? .time : .number
    for use in timed {
      checkLengths(of: use, axis: axis)
      checkWindows(of: use, axis: axis)
    }
    if axis == .number, let unit = select.labels?.reading.timeUnit { report(.timeUnitOffAxis, at: unit.span) }
    return axis
  }

  /// Lengths of the metadata could not be held against the axis before the stored type was known.
  mutating func checkLengths(of use: GroupUse, axis: Axis) {
    for (what, length) in [("ttl", use.ttl), ("delay", use.delay)] {
      guard let length, length.axis != axis else { continue }
      problems.append(
        LocatedProblem(
          .lengthOffAxis(IntervalText.text(length), what: what, group: use.group.name, axis: axis),
          at: use.group.location))
    }
    if let ttl = use.ttl, let delay = use.delay, ttl.exceeds(delay) == false {
      problems.append(
        LocatedProblem(
          .ttlNotAboveDelay(
            ttl: IntervalText.text(ttl), delay: IntervalText.text(delay), group: use.group.name),
          at: use.group.location))
    }
  }

  mutating func planCut(axis: Axis) -> CutPlan {
    let isStrict = select.cut?.isStrict ?? false
    guard isTimed else {
      // Static groups ignore moments, but not the name of a column that does not exist.
      if case .column(let name) = select.cut?.moment.base {
        if let labelColumns {
          _ = labelColumn(name, among: labelColumns)
        } else {
          report(.columnMomentWithoutLabels(name.text), at: name.span)
        }
      }
      return CutPlan(moment: .none, offset: nil, isStrict: isStrict)
    }
    let moment = planMoment(axis: axis)
    if case .column(let column) = moment { checkMoments(of: column, axis: axis) }
    return CutPlan(
      moment: moment, offset: planOffset(select.cut?.moment.offset, axis: axis), isStrict: isStrict)
  }

  private var isTimed: Bool { uses.contains { !$0.isStatic } }

  private mutating func planMoment(axis: Axis) -> CutPlan.Moment {
    guard let moment = select.cut?.moment else {
      guard let labelColumns else {
        if axis == .number {
          report(.momentNeeded, at: select.items[0].subject.span)
        }
        return .constant(.time(context.now))
      }
      if case .one(let column) = NameLookup.find("event_timestamp", among: labelColumns) { return .column(column) }
      return labelTable.flatMap(onlyMomentColumn).map { .column($0) } ?? .inferredColumn
    }
    if case .column(let name) = moment.base {
      guard let labelColumns else {
        report(.columnMomentWithoutLabels(name.text), at: name.span)
        return .none
      }
      return labelColumn(name, among: labelColumns).map { .column($0) } ?? .none
    }
    return planPoint(moment, axis: axis).map { .constant($0) } ?? .none
  }

  /// A moment that is no column; nil after a problem.
  private mutating func planPoint(_ moment: Moment, axis: Axis) -> AxisPoint? {
    let text: String
    switch moment.base {
    case .column(let name):
      report(.columnMomentWithoutLabels(name.text), at: name.span)
      return nil
    case .now:
      if axis == .time { return .time(context.now) }
      text = "NOW"
    case .literal(let literal):
      switch (literal.value, axis) {
      case (.text(let time), .time), (.untyped(let time), .time):
        switch withBytes(of: time, { TimeText.parse($0, zone: context.zone, reading: .label) }) {
        case .success(let instant): return .time(instant)
        case .failure(let problem):
          report(.notAMoment(time, axis: axis, problem: problem), at: literal.span)
          return nil
        }
      case (.number(let number), .number), (.untyped(let number), .number):
        if let value = AxisNumber(text: number) { return .number(value) }
        text = number
      case (.number(let number), .time): text = number
      case (.text(let time), .number): text = time
      default: text = "this"
      }
    }
    report(.notAMoment(text, axis: axis, problem: nil), at: moment.span)
    return nil
  }

  /// VERSIONS is about the stored rows of one timed group, and about nothing else.
  mutating func planVersions(axis: Axis) -> VersionRange? {
    guard let versions = select.versions else { return nil }
    let groups = uses.map(\.group.name)
    if groups.count > 1 {
      report(.versionsOfSeveral(groups: groups), at: versions.span)
    } else if !isTimed {
      report(.versionsOfStatic(group: groups[0]), at: versions.span)
    }
    let conflicts: [(VersionsConflict, SourceSpan?)] = [
      (.labels, select.labels?.span), (.knownByMoment, select.known.flatMap { $0.instant == nil ? $0.span : nil }),
      (.within, select.within?.span), (.timestamps, select.withTimestamps ? versions.span : nil),
    ]
    for (conflict, span) in conflicts { if let span { report(.besideVersions(conflict), at: span) } }
    guard let from = planInstant(versions.from, axis: axis), let to = planInstant(versions.to, axis: axis) else {
      return nil
    }
    if to.isBefore(from) { report(.versionsBackwards(from: from.text, to: to.text), at: versions.span) }
    return VersionRange(from: from, to: to)
  }

  /// An instant, moved by its offset; nil after a problem.
  private mutating func planInstant(_ instant: Moment, axis: Axis) -> AxisPoint? {
    guard let point = planPoint(instant, axis: axis) else { return nil }
    guard let offset = planOffset(instant.offset, axis: axis) else { return point }
    return point.moved(by: offset)
  }

  private mutating func planOffset(_ offset: MomentOffset?, axis: Axis) -> SignedInterval? {
    guard let offset, let length = interval(offset.length, axis: axis) else { return nil }
    return SignedInterval(isNegative: offset.isNegative, length: length)
  }

  private mutating func interval(_ expression: IntervalExpression, axis: Axis) -> Interval? {
    guard case .interval(let length) = expression.value else { return nil }
    if length.axis == axis { return length }
    report(.intervalOffAxis(IntervalText.text(length), axis: axis), at: expression.span)
    return nil
  }

  mutating func planKnown(axis: Axis) -> KnownRule {
    guard let known = select.known, isTimed else { return .all }
    for use in uses where !use.isStatic && use.event?.createdColumn == nil {
      report(.knownWithoutCreated(group: use.group.name), at: known.span)
    }
    guard let instant = known.instant else { return .byMoment }
    return planInstant(instant, axis: axis).map { .at($0) } ?? .all
  }

  mutating func planWithin(axis: Axis) {
    guard isTimed, let within = select.within, let length = interval(within, axis: axis) else { return }
    let nothing: Interval = axis == .time ? .time(microseconds: 0) : .number(.int(0))
    if !uses.contains(where: { !$0.isStatic && $0.windows.isEmpty }) { report(.window(.within), at: within.span) }
    for index in uses.indices where !uses[index].isStatic && uses[index].windows.isEmpty {
      let delay = uses[index].delay ?? nothing
      if length.exceeds(delay) == false {
        report(
          .withinNotAboveDelay(
            within: IntervalText.text(length), delay: IntervalText.text(delay), group: uses[index].group.name),
          at: within.span)
      }
      uses[index].ttl = length
    }
  }
}
