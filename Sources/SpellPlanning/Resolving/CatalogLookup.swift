import SpellCatalog
import SpellCore
import SpellLanguage

/// Finds things of the catalog that a statement names.
struct CatalogLookup {
  let catalog: Catalog
  let source: SourceText

  func group(_ name: Name) throws -> Group {
    catalog.groups[try index(of: name, kind: .group, among: catalog.groups.map(\.name))]
  }

  func feature(_ name: Name, in group: Group) throws -> Feature {
    let names = group.features.map(\.name)
    let unknown = PlanningProblem.unknownFeature(name.text, group: group.name, candidates: names)
    return group.features[try index(of: name, among: names, orElse: unknown)]
  }

  func index(of name: Name, kind: PlanningProblem.NameKind, among names: [String]) throws -> Int {
    try index(of: name, among: names, orElse: .unknownName(name.text, kind: kind, candidates: names))
  }

  private func index(of name: Name, among names: [String], orElse unknown: PlanningProblem) throws -> Int {
    let problem: PlanningProblem
    switch NameLookup.find(name.text, among: names) {
    case .one(let index): return index
    case .several(let indexes): problem = .ambiguousName(name.text, choices: indexes.map { names[$0] })
    case .none: problem = unknown
    }
    throw SpellError(
      .statement,
      LocatedProblem(problem, at: SourceLocation(source: source, span: name.span)).diagnostic)
  }
}
