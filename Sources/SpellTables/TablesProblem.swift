import SpellCore

/// A place in a delimited file: its name and a physical line, counted from 1.
package struct CSVPlace: Sendable, Equatable {
  package let name: String
  package let line: Int

  package init(name: String, line: Int) {
    self.name = name
    self.line = line
  }
}

// What can be wrong with files, as facts: `TablesMessages` has the words. `code` is an `errno`.

/// A problem of a file that ends the statement.
protocol TablesProblem {
  var diagnostic: Diagnostic { get }
  var error: SpellError { get }
}

/// What a path leads to, and reading it.
enum FileProblem: TablesProblem {
  case missingFile(path: String, nearby: String?)
  case missingFolder(path: String, folder: String)
  case isFolder(path: String)
  case cannotOpen(path: String, code: Int32)
  case cannotRead(name: String, code: Int32)
  case outOfMemory(name: String, bytes: Int)
  case changedWhileRead(path: String)
}

/// The text of a delimited file. An excerpt is the line as it is in the file; positions of columns count from 1.
enum CSVProblem: TablesProblem {
  case emptyFile(name: String)
  case loneCarriageReturn(CSVPlace)
  case unnamedColumn(CSVPlace, position: Int)
  case columnNameNotText(CSVPlace, position: Int)
  case duplicateColumn(CSVPlace, name: String, first: Int, second: Int)
  case ragged(CSVPlace, expected: Int, found: Int, excerpt: String)
  case unclosedQuote(CSVPlace, excerpt: String)
  case textAfterQuote(CSVPlace, openedOnLine: Int, excerpt: String)
  case recordTooLarge(CSVPlace, limit: Int, quoteOpenedOnLine: Int?)
}

/// Writing a result.
enum OutputProblem: TablesProblem {
  case noFileName(path: String)
  case outputExists(path: String)
  case outputAppeared(path: String)
  case outputIsReadOnly(path: String, code: Int32)
  case folderNotWritable(path: String, folder: String, code: Int32)
  case cannotWrite(name: String, code: Int32)
  case closedPipe(name: String)
}
