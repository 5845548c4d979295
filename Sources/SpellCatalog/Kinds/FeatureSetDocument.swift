import SpellCore

/// `kind: feature_set`, with members as they were written.
struct FeatureSetDocument {
  var name: Written<String>
  /// `group.feature`, `group.*` or a bare feature.
  var members: [Written<String>]
  var description: String?

  private static let keys = ["kind", "name", "features", "description"]

  static func read(
    _ entries: [YAMLNode.Entry], at location: SourceLocation, into declarations: inout Declarations, log: ProblemLog
  ) {
    let reader = MappingReader(entries, owner: "feature set", keys: keys, at: location, log: log)
    reader.require("name")
    reader.require("features")
    let name = reader.name("name")
    let description = reader.text("description")?.value
    let items = reader.list("features")
    if items?.isEmpty == true {
      log.add(.emptyList(key: "features", owner: "feature set"), at: reader.keyLocation("features"))
    }
    let members = (items ?? []).compactMap { reader.text(of: $0, key: "features") }
    guard let name else { return }
    if let first = declarations.featureSets.first(where: { $0.name.value == name.value }) {
      log.add(.duplicate(what: "feature set", name: name.value, first: first.name.location), at: name.location)
    }
    declarations.featureSets.append(FeatureSetDocument(name: name, members: members, description: description))
  }
}
