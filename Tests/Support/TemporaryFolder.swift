import Glibc

/// A folder of its own for one test, removed with it.
public final class TemporaryFolder {
  /// An absolute path.
  public let path: String

  /// Makes a fresh folder.
  public init() throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/spellbook-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileFailure(path: base, code: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { removeTree(path) }

  /// The path of a file in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file; returns its path.
  @discardableResult
  public func write(_ name: String, _ text: String) throws -> String {
    try writeFile(file(name), Array(text.utf8))
    return file(name)
  }

  /// Reads a file as text.
  public func read(_ name: String) throws -> String { String(decoding: try readFile(file(name)), as: UTF8.self) }
}

/// A file that could not be read or written.
public struct FileFailure: Error {
  /// The file or folder.
  public let path: String
  /// The `errno` of the call.
  public let code: Int32

  /// What a call has just left in `errno`, or is known to leave.
  public init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }
}

/// Reads a whole file.
public func readFile(_ path: String) throws -> [UInt8] {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else { throw FileFailure(path: path, code: errno) }
  defer { close(descriptor) }
  var result: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = Glibc.read(descriptor, &block, block.count)
    guard count >= 0 else { throw FileFailure(path: path, code: errno) }
    if count == 0 { return result }
    result.append(contentsOf: block[0..<count])
  }
}

/// Writes a whole file.
public func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  guard descriptor >= 0 else { throw FileFailure(path: path, code: errno) }
  defer { close(descriptor) }
  var done = 0
  while done < bytes.count {
    let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { throw FileFailure(path: path, code: errno) }
    done += count
  }
}

private func removeTree(_ path: String) {
  if let folder = opendir(path) {
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { removeTree("\(path)/\(name)") }
    }
    closedir(folder)
    rmdir(path)
  } else {
    unlink(path)
  }
}
