import SpellCore

/// The kinds of documents: the one list that names them.
enum DocumentKind: String, CaseIterable {
  case engine
  case entity
  case group
  case featureSet = "feature_set"

  /// Reads a document of a file in `folder` into the declarations.
  static func read(_ document: YAMLNode, folder: String, into declarations: inout Declarations, log: ProblemLog) {
    guard case .mapping(let entries) = document.content else {
      if case .broken = document.content {
      } else {
        log.add(.notADocument(shape: document.shape), at: document.location)
      }
      declarations.lost.everything = true
      return
    }
    guard let entry = entries.first(where: { $0.key.value == "kind" }) else {
      log.add(.missingKind, at: entries.first?.key.location ?? document.location)
      declarations.lost.note(entries)
      return
    }
    let head = MappingReader(entries, owner: "document", at: entry.key.location, log: log)
    head.require("kind")
    guard
      let kind = head.word("kind", among: allCases.map(\.rawValue), { DocumentKind(rawValue: $0) })
    else {
      declarations.lost.note(entries)
      return
    }
    switch kind.value {
    case .engine: EngineDocument.read(entries, folder: folder, at: kind.location, into: &declarations, log: log)
    case .entity: EntityDocument.read(entries, at: kind.location, into: &declarations, log: log)
    case .group: GroupDocument.read(entries, at: kind.location, into: &declarations, log: log)
    case .featureSet: FeatureSetDocument.read(entries, at: kind.location, into: &declarations, log: log)
    }
  }
}

/// What the documents of all files say, before references between them are followed.
struct Declarations {
  /// What could not be read, so that a reference to it is not reported as well.
  struct Lost {
    /// A document without a usable name.
    var everything = false
    /// Names of documents that were not understood, and of groups with features that were not.
    var names: Set<String> = []

    /// Remembers a document whose kind is unknown.
    mutating func note(_ entries: [YAMLNode.Entry]) {
      guard case .text(let name) = entries.first(where: { $0.key.value == "name" })?.value.content else { return }
      names.insert(name)
    }
  }

  var engines: [EngineDeclaration] = []
  var entities: [Entity] = []
  var groups: [GroupDocument] = []
  var featureSets: [FeatureSetDocument] = []
  var lost = Lost()
}
