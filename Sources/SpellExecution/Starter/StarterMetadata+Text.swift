import SpellCore

/// The text of a metadata file.
extension StarterMetadata {
  /// `engine` is the database as the file names it; nil where it must not, for the sake of a password.
  package func text(engine: String?, label: String) -> String {
    var documents = [
      engine.map { "kind: engine\nurl: \(YAMLScalar.text($0))\n" } ?? "# \(StarterMessages.secretEngine)\n"
    ]
    documents += entities.map { "kind: entity\nname: \(YAMLScalar.text($0.name))\nvalue_type: \($0.type.rawValue)\n" }
    documents += groups.map(\.text)
    var text = "# \(StarterMessages.head(label: label))\n" + documents.joined(separator: "---\n")
    if groups.isEmpty, leftOut.isEmpty { text += "\n# \(StarterMessages.noTables)\n" }
    if !leftOut.isEmpty {
      let lines = leftOut.map { "#   \(StarterMessages.leftOut($0.table, $0.obstacle))\n" }
      text += "\n# \(StarterMessages.leftOutHead)\n" + lines.joined()
    }
    return text
  }
}

extension StarterMetadata.Group {
  fileprivate var text: String {
    var lines = ["kind: group", "name: \(YAMLScalar.text(name))"]
    func add(_ key: String, _ value: String, guess: String? = nil) {
      lines.append("\(key): \(value)" + (guess.map { "  # \($0)" } ?? ""))
    }
    let entities = keys.map { YAMLScalar.text($0.entity) }
    let guess = StarterMessages.guess(keyGuess, isTimed: times != nil)
    if entities.count == 1 {
      add("entity", entities[0], guess: guess)
    } else {
      add("entities", "[\(entities.joined(separator: ", "))]", guess: guess)
    }
    if table.parts != [name] { add("table", YAMLScalar.text(tableText)) }
    let mapped = keys.filter { $0.entity != $0.column }
    if !mapped.isEmpty {
      let pairs = mapped.map { "\(YAMLScalar.text($0.entity)): \(YAMLScalar.text($0.column))" }
      add("key_columns", "{\(pairs.joined(separator: ", "))}")
    }
    if let times {
      let guess = times.others.isEmpty ? nil : StarterMessages.otherTimes(times.others)
      add("event_timestamp_column", YAMLScalar.text(times.event), guess: guess)
      if let created = times.created { add("create_timestamp_column", YAMLScalar.text(created)) }
    }
    if let storage { add("timestamp_storage", storage.rawValue, guess: StarterMessages.storage) }
    if isNaive { add("timezone", "UTC", guess: StarterMessages.zone) }
    if areDays { add("delay", "1d", guess: StarterMessages.delay) }
    if !unfit.isEmpty { add("invalid", "null", guess: StarterMessages.unfit(unfit)) }
    if !leftOut.isEmpty { lines.append("# \(StarterMessages.leftOut(leftOut))") }
    lines.append("features:")
    lines += features.map { feature in
      let column = feature.column == feature.name ? "" : ", column: \(YAMLScalar.text(feature.column))"
      return "  - {name: \(YAMLScalar.text(feature.name)), value_type: \(feature.type.rawValue)\(column)}"
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The name of the table as `table` takes it: a part that holds a dot or a quote stands in quotes.
  private var tableText: String {
    table.parts.map { $0.contains { $0 == "." || $0 == "\"" } ? QuotedText.name($0) : $0 }.joined(separator: ".")
  }
}
