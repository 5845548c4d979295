import SpellCore

/// `\run NAME p=v …`: a saved query with values for its parameters. On a terminal missing ones are asked for.
enum RunCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    let name = line.arguments[0]
    let query = try runner.savedQueries.query(name.text, at: line.location(name))
    let given = try line.arguments.dropFirst().map { word in
      try QueryArguments.parse(word.text, at: line.location(word))
    }
    let values = try runner.values(for: query, given: given, at: line.location(name))
    let asked = query.parameters.filter { parameter in
      parameter.standard == nil && runner.parameters[parameter.name] == nil
        && !given.contains { $0.name == parameter.name }
    }
    if !asked.isEmpty { runner.complete(line.source.text(line.span) + asked.map { text($0, values) }.joined()) }
    try runner.run(query, with: values, at: line.location(name))
  }

  private static func text(_ parameter: SavedQuery.Parameter, _ values: [String: String]) -> String {
    " \(parameter.name)=\(QuotedText.literal(values[parameter.name] ?? ""))"
  }
}

extension SessionRunner {
  /// The values that a query runs with.
  package func values(for query: SavedQuery, given: [String: String]) throws -> [String: String] {
    let sorted = given.sorted { $0.key < $1.key }
    return try values(for: query, given: sorted.map { ($0.key, $0.value, nil) }, at: nil)
  }

  /// The values that a query runs with. Throws if its file is not sound, or a value is missing and nobody gives it.
  func values(
    for query: SavedQuery, given: [QueryArguments.Given], at location: SourceLocation?
  ) throws -> [String: String] {
    if !query.diagnostics.isEmpty { throw SpellError(.statement, query.diagnostics) }
    let arguments = try QueryArguments(given, of: query)
    return try arguments.values(
      session: parameters, at: location,
      ask: ask.map { ask in
        { parameter in
          guard let answer = ask(SavedQueryMessages.question(parameter)) else { throw SpellError.interrupted }
          return answer
        }
      })
  }
}
