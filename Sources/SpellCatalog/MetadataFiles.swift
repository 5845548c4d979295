import Glibc
import SpellCore

/// Finds and reads the files that paths of metadata name.
struct MetadataFiles {
  /// Bytes that a file may hold.
  static let sizeMaximum = 16 << 20

  /// What was already read, so that a file named twice is read once.
  private struct Identity: Hashable {
    var device: UInt
    var inode: UInt
  }

  private var seen: Set<Identity> = []
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
    guard let folder = opendir(path) else {
      let code = errno
      log.beginFile()
      log.add(.unreadable(path: path, errno: code), at: nil)
      return []
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      let isMetadata = (name.hasSuffix(".yml") || name.hasSuffix(".yaml")) && !name.hasPrefix(".")
      if isMetadata, entry.pointee.d_type != UInt8(DT_DIR) { names.append(name) }
    }
    if names.isEmpty {
      log.beginFile()
      log.add(.emptyFolder(path), at: nil)
    }
    let prefix = path.hasSuffix("/") ? path : path + "/"
    return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.map { prefix + $0 }
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
      let identity = Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
      guard seen.insert(identity).inserted else { return (nil, true) }
    }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
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
