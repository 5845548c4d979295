import SpellCore

// All prose of the module.

extension TablesProblem {
  var error: SpellError { SpellError(.statement, diagnostic) }
}

extension FileProblem {
  var diagnostic: Diagnostic {
    switch self {
    case .missingFile(let path, let nearby):
      Diagnostic(
        code: "missing-file", "the file `\(path)` does not exist", help: nearby.map { "did you mean `\($0)`?" })
    case .missingFolder(let path, let folder):
      Diagnostic(
        code: "missing-folder", "the folder `\(folder)` of `\(path)` does not exist",
        help: folder.hasPrefix("~")
          ? "write the home folder in full: `~` stands for itself" : "correct the path, or create the folder")
    case .isFolder(let path):
      Diagnostic(code: "is-a-folder", "`\(path)` is a folder, not a file", help: "name a file in it")
    case .cannotOpen(let path, let code):
      Diagnostic(code: "cannot-open", "the file `\(path)` cannot be opened: \(SystemError.text(code))")
    case .cannotRead(let name, let code):
      Diagnostic(code: "cannot-read", "reading `\(name)` failed: \(SystemError.text(code))")
    case .outOfMemory(let name, let bytes):
      Diagnostic(
        code: "out-of-memory", "`\(name)` does not fit in memory: \(Count.grouped(bytes)) bytes were read so far",
        help: "write it to a file first: a file is read in blocks")
    case .changedWhileRead(let path):
      Diagnostic(
        code: "file-changed", "the file `\(path)` changed while it was read",
        help: "run the statement again when nothing writes to the file")
    }
  }
}

extension CSVProblem {
  var diagnostic: Diagnostic {
    switch self {
    case .emptyFile(let name):
      Diagnostic(
        code: "empty-file", "`\(name)` is empty: a header line with the names of the columns is expected")
    case .loneCarriageReturn(let place):
      Diagnostic(
        code: "lone-carriage-return", "\(place.text): the header has a carriage return without a line feed behind it",
        help: "end lines with a line feed; what old Macs wrote becomes that by `tr '\\r' '\\n'`")
    case .unnamedColumn(let place, let position):
      Diagnostic(
        code: "unnamed-column", "\(place.text): column \(position) of the header has no name",
        help: "name the column, or write the file without it (pandas: `index=False`)")
    case .columnNameNotText(let place, let position):
      Diagnostic(
        code: "not-utf8", "\(place.text): the name of column \(position) of the header is not UTF-8",
        help: "convert the file to UTF-8")
    case .duplicateColumn(let place, let name, let first, let second):
      Diagnostic(
        code: "duplicate-column",
        "\(place.text): columns \(first) and \(second) of the header are both named `\(name)`",
        help: "rename one of them")
    case .ragged(let place, let expected, let found, let excerpt):
      Diagnostic(
        code: "ragged-line", "\(place.text): expected \(Count.text(expected, "field")), found \(found)",
        notes: [excerpt.isEmpty ? "the line is empty" : "the line: \(excerpt)"])
    case .unclosedQuote(let place, let excerpt):
      Diagnostic(
        code: "unclosed-quote", "\(place.text): the quote opened on this line is never closed",
        notes: ["the line: \(excerpt)"], help: "close it; a quote inside a quoted field is written twice")
    case .textAfterQuote(let place, let opened, let excerpt):
      Diagnostic(
        code: "text-after-quote",
        "\(place.text): expected a delimiter or the end of the line after a closing quote, found more text",
        notes: ["the line: \(excerpt)"] + (opened == place.line ? [] : ["the quote was opened on line \(opened)"]),
        help: "a quote inside a quoted field is written twice")
    case .recordTooLarge(let place, let limit, let opened):
      Diagnostic(
        code: "record-too-large", "\(place.text): the record is larger than \(Count.grouped(limit)) bytes",
        notes: opened.map { ["a quote opened on line \($0) is not closed within it"] } ?? [])
    }
  }
}

extension OutputProblem {
  var error: SpellError {
    if case .closedPipe = self { return SpellError(.closedPipe, diagnostic) }
    return SpellError(.statement, diagnostic)
  }

  var diagnostic: Diagnostic {
    switch self {
    case .noFileName(let path): Diagnostic(code: "no-file-name", "the path `\(path)` names no file")
    case .outputExists(let path):
      Diagnostic(
        code: "output-exists", "the file `\(path)` exists already",
        help: "OVERWRITE after the path (on the command line --overwrite) replaces it; or choose another name")
    case .outputAppeared(let path):
      Diagnostic(
        code: "output-exists", "the file `\(path)` was created by somebody else meanwhile; it is left as it is",
        help: "write `INTO '\(path)' OVERWRITE` to replace it, or choose another name")
    case .outputIsReadOnly(let path, let code):
      Diagnostic(code: "cannot-write", "the file `\(path)` cannot be replaced: \(SystemError.text(code))")
    case .folderNotWritable(let path, let folder, let code):
      Diagnostic(
        code: "cannot-write",
        "`\(path)` cannot be written: the folder `\(folder)` takes no files: \(SystemError.text(code))",
        help: "choose another folder")
    case .cannotWrite(let name, let code):
      Diagnostic(code: "cannot-write", "writing `\(name)` failed: \(SystemError.text(code))")
    case .closedPipe(let name): Diagnostic(code: "closed-pipe", "the reader of `\(name)` went away")
    }
  }
}

extension CSVPlace {
  /// `labels.csv:17`, as messages about lines of a file begin.
  package var text: String { "\(name):\(line)" }
}
