import Glibc
import SpellCore

/// Finds and reads the files that paths of metadata name.
struct MetadataFiles {
  /// Bytes that a file may hold.
  static let sizeMaximum = 16 << 20

  /// What was already read, so that a file named twice is read once.
  private var seen: [FileIdentity] = []
  private let log: ProblemLog

  init(log: ProblemLog) { self.log = log }

  /// The files of a path: itself, or what a folder holds, by name.
  func files(of path: String) -> [String] {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      log.beginFile()
      let problem: FileProblem = code == ENOENT ? .noSuchPath(path) : .unreadable(path: path, errno: code)
      log.add(problem, at: nil)
      return []
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
    guard let entries = Folder.entries(of: path) else {
      let code = errno
      log.beginFile()
      log.add(.unreadable(path: path, errno: code), at: nil)
      return []
    }
    let names = entries.filter { !$0.isFolder }.map(\.name).filter { name in
      (name.hasSuffix(".yml") || name.hasSuffix(".yaml")) && !name.hasPrefix(".")
    }
    if names.isEmpty {
      log.beginFile()
      log.add(.emptyFolder(path), at: nil)
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { PathParts.join(path, $0) }
  }

  /// The bytes of a file; nil if it cannot be read, which is reported, or was read before.
  mutating func read(_ path: String) -> (bytes: [UInt8]?, isRepeated: Bool) {
    log.beginFile()
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      log.add(.unreadable(path: path, errno: errno), at: nil)
      return (nil, false)
    }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) == 0 {
      let identity = FileIdentity(status)
      if seen.contains(identity) { return (nil, true) }
      seen.append(identity)
    }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: min(max(1 << 12, Int(status.st_size) + 1), 1 << 16))
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        log.add(.unreadable(path: path, errno: errno), at: nil)
        return (nil, false)
      }
      if count == 0 { return (bytes, false) }
      bytes += block[..<count]
      guard bytes.count <= Self.sizeMaximum else {
        log.add(.tooLarge(path: path), at: nil)
        return (nil, false)
      }
    }
  }
}
