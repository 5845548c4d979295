import Glibc
import SpellCore
import SpellLanguage

/// Completion over the catalog and the files that the shell sees.
package final class Completer {
  /// More entries of a folder are not looked at.
  private static let folderLimit = 10_000

  private let runner: any StatementRunner
  private let headers = LabelHeaders()

  package init(runner: any StatementRunner) { self.runner = runner }

  /// Completes a line behind the text that is open already, the cursor and the result being bytes of the line.
  package func complete(_ line: String, cursor: Int, after open: String) -> CompletionResult {
    let context = CompletionContext(
      catalog: runner.catalog, labelColumns: { [headers] in headers.columns(of: $0) },
      folder: { Completer.entries(of: $0) }, savedQueries: { [runner] in runner.savedQueryNames },
      words: open.isEmpty ? CompletionWord.all : [])
    let start = open.utf8.count
    var result = Completion.candidates(text: open + line, cursor: start + cursor, context: context)
    // A quote that was opened on an earlier line cannot be changed any more.
    guard result.replaced.start >= start else { return .none }
    result.replaced = SourceSpan(result.replaced.start - start, result.replaced.end - start)
    return result
  }

  private static func entries(of path: String) -> [FolderEntry] {
    (Folder.entries(of: path, limit: folderLimit) ?? []).map { entry in
      var status = stat()
      let leadsToFolder =
        entry.isLink && stat(PathParts.join(path, entry.name), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      return FolderEntry(name: entry.name, isFolder: entry.isFolder || leadsToFolder)
    }
  }
}
