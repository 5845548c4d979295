import Spellbook

/// Imports the flights example into the SQLite file of the first argument and joins its labels with features, with
/// nothing but the public library. Run it from the folder of the example:
///
///     cd examples/flights && swift run --package-path ../library TrainingTable /tmp/flights.db
@main
enum TrainingTable {
  static func main() throws {
    let store = try FeatureStore(metadata: "metadata.yml", engine: CommandLine.arguments.dropFirst().first)
    for (file, group) in [("weather.csv", "weather"), ("arrivals.csv", "last_flight"), ("planes.csv", "planes")] {
      print(group, try store.importCSV(file, into: group, nulls: ["NA"], ifExists: .replace))
    }

    let table = try store.join(
      features: ["weather.temp", "last_flight.arr_delay AS previous_delay", "planes.seats"], labels: "labels.csv",
      eventTimestampColumn: "scheduled_at")
    for matches in table.matches { print(matches.group, matches.matched, "of", matches.asked) }
    for row in table.prefix(3) {
      guard let flight = row["flight"], let temperature = row["temp"], case .int(let number) = flight else { continue }
      print(number, temperature)
    }

    var lateAfterLate = 0
    for row in table {
      if case .float(let delay) = row["previous_delay"], delay > 15, row["late"] == .int(1) { lateAfterLate += 1 }
    }
    print("late after a late flight:", lateAfterLate)
  }
}
