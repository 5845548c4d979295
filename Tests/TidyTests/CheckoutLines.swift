import Glibc
import TestSupport

/// What the tests of the tree read of it; paths are from the top folder.
extension Checkout {
  /// The Swift files of the modules.
  static var sources: [String] { files(under: "Sources").filter { $0.hasSuffix(".swift") } }

  /// Every Swift file but the manifest.
  static var swiftFiles: [String] { sources + files(under: "Tests").filter { $0.hasSuffix(".swift") } }

  static func lines(_ path: String) throws -> [Substring] {
    var lines = try text(path).split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  static func isExecutable(_ path: String) -> Bool { access("\(root)/\(path)", X_OK) == 0 }
}

extension Substring {
  /// Without white space at both ends.
  var trimmed: Substring {
    var result = self
    while result.first?.isWhitespace == true { result.removeFirst() }
    while result.last?.isWhitespace == true { result.removeLast() }
    return result
  }

  /// The line without what follows `//`, be it a comment or the end of a URL.
  var withoutComment: Substring {
    range(of: "//").map { self[..<$0] } ?? self
  }

  /// Where a text first occurs.
  private func range(of text: String) -> Index? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(text) { return index }
      formIndex(after: &index)
    }
    return nil
  }

  /// Whether a word occurs that is not a part of a longer one.
  func hasWord(_ word: String) -> Bool {
    split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == word }
  }
}
