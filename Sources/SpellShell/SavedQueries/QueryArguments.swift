import SpellCore

/// The values that a saved query runs with: what was given, else what the session has, else what its header says, else
/// what the user answers.
struct QueryArguments {
  /// `day=2024-01-31`, and its place.
  typealias Given = (name: String, value: String, location: SourceLocation?)

  private let query: SavedQuery
  private let given: [Given]

  /// Throws if a value is given for what is no parameter of the query.
  init(_ given: [Given], of query: SavedQuery) throws(SpellError) {
    for argument in given where !query.parameters.contains(where: { $0.name == argument.name }) {
      throw SavedQueryMessages.unknownParameter(argument.name, of: query, at: argument.location)
    }
    self.query = query
    self.given = given
  }

  /// Takes `NAME=VALUE` apart.
  static func parse(_ text: String, at location: SourceLocation?) throws(SpellError) -> Given {
    guard let split = text.utf8.firstIndex(of: UInt8(ascii: "=")), split != text.startIndex else {
      throw SavedQueryMessages.malformedArgument(text, at: location)
    }
    return (String(text[..<split]), String(text[text.utf8.index(after: split)...]), location)
  }

  /// The value of each parameter. Without `ask` a missing one is an error; `ask` throws if nobody answers.
  func values(
    session: [String: String], at location: SourceLocation?, ask: ((SavedQuery.Parameter) throws -> String)?
  ) throws -> [String: String] {
    var values: [String: String] = [:]
    var missing: [SavedQuery.Parameter] = []
    for parameter in query.parameters {
      let argument = given.last { $0.name == parameter.name }
      guard let value = argument?.value ?? session[parameter.name] ?? parameter.standard else {
        missing.append(parameter)
        continue
      }
      values[parameter.name] = value
      guard parameter.kind.accepts(value) else {
        throw SavedQueryMessages.unfitArgument(value, of: parameter, at: argument?.location ?? location)
      }
    }
    guard let ask else {
      if !missing.isEmpty { throw SavedQueryMessages.missingParameters(missing, of: query, at: location) }
      return values
    }
    for parameter in missing {
      let value = try ask(parameter)
      guard parameter.kind.accepts(value) else {
        throw SavedQueryMessages.unfitArgument(value, of: parameter, at: location)
      }
      values[parameter.name] = value
    }
    return values
  }
}
