/// Names and texts in quotes, as SQL and the query language write them: a quote inside is doubled.
package enum QuotedText {
  /// `"name"`
  package static func name(_ name: String) -> String { quoted(name, "\"") }

  /// `'text'`
  package static func literal(_ text: String) -> String { quoted(text, "'") }

  /// Goes by scalars: a quote with a combining mark behind it is a quote all the same, and no `Character` of that name.
  private static func quoted(_ text: String, _ quote: Unicode.Scalar) -> String {
    var result = String.UnicodeScalarView([quote])
    for scalar in text.unicodeScalars {
      result.append(scalar)
      if scalar == quote { result.append(scalar) }
    }
    result.append(quote)
    return String(result)
  }
}
