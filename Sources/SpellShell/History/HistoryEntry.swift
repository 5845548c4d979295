import SpellCatalog
import SpellCore
import SpellLanguage
import SpellTables

/// A statement or command that was typed, and what became of it.
package struct HistoryEntry: Sendable, Equatable {
  /// When it ended, in microseconds of UTC.
  package var time: Int64
  /// As of `Session.enginePlace`; nil if no database was named.
  package var engine: String?
  package var succeeded: Bool
  package var milliseconds: Int
  /// The rows of its result; nil for what has none.
  package var rows: Int?
  package var text: String

  package init(time: Int64, engine: String?, succeeded: Bool, milliseconds: Int, rows: Int?, text: String) {
    self.time = time
    self.engine = engine
    self.succeeded = succeeded
    self.milliseconds = milliseconds
    self.rows = rows
    self.text = text
  }

  /// The text as it may be written: a password is `***`, and so is the value of a parameter that is called one, with
  /// all that follows it on the line.
  package static func withoutSecrets(_ text: String) -> String {
    guard text.hasPrefix("\\") else { return SecretMask.hidden(in: text) }
    let source = SourceText(name: "", text: text)
    let line = MetaLine(source, SourceSpan(0, source.bytes.count))
    guard let start = startOfSecret(in: line) else { return SecretMask.hidden(in: text) }
    return SecretMask.hidden(in: source.text(SourceSpan(0, start))) + "***"
  }

  /// Where the value of `\set :password …` or `\run query password=…` begins.
  private static func startOfSecret(in line: MetaLine) -> Int? {
    switch line.name.text.lowercased() {
    case "set":
      guard line.arguments.count > 1, SecretMask.isSecret(name: line.arguments[0].text) else { return nil }
      return line.arguments[1].span.start
    case "run":
      return line.arguments.lazy.compactMap { word in
        let name = word.text.prefix { $0 != "=" }
        guard name.utf8.count < word.text.utf8.count, SecretMask.isSecret(name: String(name)) else { return nil }
        return word.span.start + name.utf8.count + (line.isQuoted(word) ? 2 : 1)
      }.first
    default: return nil
    }
  }

  /// The entry as a line of the history file, its line end included. Its text must have no secrets any more.
  var line: [UInt8] {
    let target = MemoryTarget()
    do {
      var output = OutputBuffer(target, capacity: 4096)
      try output.append("{\"time\":\"")
      try output.append(time: time)
      try output.append("\",\"engine\":")
      if let engine { try withBytes(of: engine) { try JSONText.append($0, to: &output) } }
      if engine == nil { try output.append("null") }
      try output.append(",\"ok\":")
      try output.append(bool: succeeded)
      try output.append(",\"milliseconds\":")
      try output.append(integer: Int64(milliseconds))
      try output.append(",\"rows\":")
      if let rows { try output.append(integer: Int64(rows)) } else { try output.append("null") }
      try output.append(",\"text\":")
      try withBytes(of: text) { try JSONText.append($0, to: &output) }
      try output.append("}\n")
      try output.flush()
    } catch {
      preconditionFailure("memory refused to be written: \(error)")
    }
    return target.bytes
  }
}
