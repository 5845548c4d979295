import SpellCore

/// The keys of a feature that is made of the rows in a window.
extension FeatureAggregate {
  /// Nil for a feature that is stored, and after a problem.
  init?(_ reader: MappingReader, _ times: GroupTimes) {
    guard reader.has("aggregate") else {
      for key in ["window", "filter"] where reader.has(key) {
        reader.log.add(.needsAggregate(key: key), at: reader.keyLocation(key))
      }
      return nil
    }
    if times.eventColumn == nil { reader.log.add(.needsEvent(key: "aggregate"), at: reader.keyLocation("aggregate")) }
    reader.require("window")
    let function = reader.word("aggregate", among: AggregateFunction.allCases.map(\.rawValue)) {
      AggregateFunction(spelling: $0)
    }
    guard let function = function?.value else { return nil }
    self.function = function
    countsRows = function == .count && !reader.has("column")
    if function != .count { reader.require("column") }
    if let filter = reader.text("filter") { self.filter = Filter(text: filter.value, location: filter.location) }
    guard reader.text("window")?.value.lowercased() != "all" else { return }
    guard let window = GroupTimes.interval("window", times.storage, reader)?.value else { return nil }
    self.window = window
  }
}
