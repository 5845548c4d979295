/// Finds names as the language does: exactly, else the only one that differs in case.
package enum NameLookup {
  package enum Match: Equatable {
    case one(Int)
    /// Several differ from the name in case alone.
    case several([Int])
    case none
  }

  package static func find(_ name: String, among names: [String]) -> Match {
    let exact = names.indices.filter { names[$0] == name }
    if exact.count == 1 { return .one(exact[0]) }
    if exact.count > 1 { return .several(exact) }
    let folded = name.lowercased()
    let close = names.indices.filter { names[$0].lowercased() == folded }
    return close.count == 1 ? .one(close[0]) : close.isEmpty ? .none : .several(close)
  }
}
