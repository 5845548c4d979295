import SpellCore

/// Collects what is wrong with all files and gives it back in order of file and position.
final class ProblemLog {
  private struct Record {
    var file: Int
    var diagnostic: Diagnostic

    var offset: Int { diagnostic.location?.span.start ?? 0 }
  }

  private var records: [Record] = []
  private var texts: [(source: SourceText, file: Int)] = []
  private var fileCount = 0

  /// From here on problems without a location are those of the next file or path.
  func beginFile() { fileCount += 1 }

  /// Places in the text are places in the file that was begun last.
  func register(_ source: SourceText) { texts.append((source, fileCount)) }

  func add(_ problem: FileProblem, at location: SourceLocation?) { add(problem.diagnostic(at: location)) }
  func add(_ problem: YAMLProblem, at location: SourceLocation) { add(problem.diagnostic(at: location)) }
  func add(_ problem: ShapeProblem, at location: SourceLocation) { add(problem.diagnostic(at: location)) }
  func add(_ problem: ValueProblem, at location: SourceLocation) { add(problem.diagnostic(at: location)) }
  func add(_ problem: ReferenceProblem, at location: SourceLocation) { add(problem.diagnostic(at: location)) }

  private func add(_ diagnostic: Diagnostic) {
    let text = diagnostic.location.flatMap { place in texts.last { $0.source === place.source } }
    records.append(Record(file: text?.file ?? fileCount, diagnostic: diagnostic))
  }

  /// What is wrong in a node that aliases repeat is said once.
  func diagnostics() -> [Diagnostic] {
    struct Identity: Hashable {
      var file: Int
      var span: SourceSpan?
      var message: String
    }
    var seen: Set<Identity> = []
    let ordered = records.enumerated().sorted { left, right in
      (left.element.file, left.element.offset, left.offset) < (right.element.file, right.element.offset, right.offset)
    }
    return ordered.compactMap { _, record in
      let diagnostic = record.diagnostic
      let identity = Identity(file: record.file, span: diagnostic.location?.span, message: diagnostic.message)
      return seen.insert(identity).inserted ? diagnostic : nil
    }
  }
}
