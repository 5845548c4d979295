import SpellCatalog
import SpellCore
import TestSupport

/// Metadata in files of its own, loaded.
struct Loading {
  let catalog: Catalog
  let diagnostics: [Diagnostic]

  /// Loads one file, `metadata.yml`.
  init(_ text: String, environment: [String: String] = [:]) throws {
    try self.init(bytes: Array(text.utf8), environment: environment)
  }

  init(bytes: [UInt8], environment: [String: String] = [:]) throws {
    let folder = try TemporaryFolder()
    try writeFile(folder.file("metadata.yml"), bytes)
    self.init(paths: [folder.file("metadata.yml")], environment: environment)
    withExtendedLifetime(folder) {}
  }

  init(paths: [String], environment: [String: String] = [:]) {
    let loaded = CatalogLoader.load(paths: paths) { environment[$0] }
    catalog = loaded.catalog
    diagnostics = loaded.diagnostics
  }

  /// One line each: place, what is marked (as it stands in the file) and code.
  var report: [String] { diagnostics.map(Self.line) }

  /// Like `report`, with the name of the file.
  var reportWithFiles: [String] {
    diagnostics.map { diagnostic in
      let name = diagnostic.location?.source.name.split(separator: "/").last.map { "\($0):" } ?? ""
      return name + Self.line(diagnostic)
    }
  }

  var rendered: String { diagnostics.map { DiagnosticRenderer().render($0) }.joined() }

  private static func line(_ diagnostic: Diagnostic) -> String {
    let severity = diagnostic.severity == .error ? "" : "\(diagnostic.severity.rawValue) "
    guard let location = diagnostic.location else { return severity + diagnostic.code }
    let place = location.source.position(of: location.span.start)
    return "\(place.line):\(place.column) [\(location.source.text(location.span))] \(severity)\(diagnostic.code)"
  }
}
