import SpellCore

/// `kind: engine`. Keys other than `url` were SQLAlchemy's options in older files.
enum EngineDocument {
  static func read(
    _ entries: [YAMLNode.Entry], folder: String, at location: SourceLocation, into declarations: inout Declarations,
    log: ProblemLog
  ) {
    let reader = MappingReader(entries, owner: "engine", at: location, log: log)
    let ignored = entries.map(\.key).filter { !["kind", "url"].contains($0.value) }
    if let first = ignored.first { log.add(.ignoredEngineKeys(ignored.map(\.value)), at: first.location) }
    if let first = declarations.engines.first { log.add(.secondEngine(first: first.location), at: location) }
    reader.require("url")
    guard let url = reader.text("url") else { return }
    do {
      _ = try EngineURL.parse(url.value, relativeTo: folder)
      declarations.engines.append(EngineDeclaration(url: url.value, folder: folder, location: url.location))
    } catch {
      log.add(.engineURL(error), at: url.location)
    }
  }
}
