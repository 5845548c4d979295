import Glibc

/// The repository that these tests were compiled from.
public enum Checkout {
  /// The absolute path of the top folder.
  public static let root = String(#filePath.dropLast("/Tests/Support/Checkout.swift".count))

  /// Every file under a folder, hidden ones left out, as sorted paths from the root.
  public static func files(under folder: String) -> [String] {
    names(in: folder).filter { !$0.hasPrefix(".") }.flatMap { name in
      let path = "\(folder)/\(name)"
      return isFolder(path) ? files(under: path) : [path]
    }
  }

  /// Names in a folder, sorted; none if there is no such folder.
  public static func names(in folder: String) -> [String] { folderEntries("\(root)/\(folder)") }

  /// Whether a path from the root is a folder.
  public static func isFolder(_ path: String) -> Bool {
    var facts = stat()
    return stat("\(root)/\(path)", &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  /// The text of a file, by its path from the root.
  public static func text(_ path: String) throws -> String {
    String(decoding: try readFile("\(root)/\(path)"), as: UTF8.self)
  }
}
