import Glibc

/// The folders that hold the rules of IANA time zones, one TZif file per name.
struct TimeZoneDatabase: Sendable {
  /// Looked through in this order.
  let folders: [String]

  /// A sane zone file has some kilobytes.
  private static let largestFile = 1 << 20
  /// Names are `Area/Location` or `Area/Region/Location`.
  private static let deepestFolder = 3

  /// `$TZDIR`, then the system's folder.
  static var system: TimeZoneDatabase {
    var folders = ["/usr/share/zoneinfo"]
    if let folder = getenv("TZDIR") { folders.insert(String(cString: folder), at: 0) }
    return TimeZoneDatabase(folders: folders.filter { !$0.isEmpty })
  }

  /// Whether there is any such folder.
  var exists: Bool { folders.contains { access($0, R_OK | X_OK) == 0 } }

  /// The rules of a name; nil if there is none of it, or its file cannot be read or is malformed.
  func history(named name: String) -> OffsetHistory? {
    guard Self.isPlain(name) else { return nil }
    for folder in folders {
      if let bytes = Self.contents("\(folder)/\(name)") { return TimeZoneFile.history(bytes) }
    }
    return nil
  }

  /// The name that was probably meant: the nearest one, or the one whose last part is nearest (`New_York`).
  func candidates(for name: String) -> [String] {
    // The name itself may be there, with a file that cannot be used.
    let names = self.names().filter { $0 != name }
    if let nearest = Suggestion.nearest(to: name, among: names) { return [nearest] }
    func lastPart(_ name: String) -> String { String(name.split(separator: "/").last ?? "") }
    guard let city = Suggestion.nearest(to: lastPart(name), among: names.map(lastPart)) else { return [] }
    return names.filter { lastPart($0) == city }
  }

  /// Whether a name stays inside the folder: no part of it is empty or leads upwards.
  private static func isPlain(_ name: String) -> Bool {
    let isAllowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): true
      case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "."): true
      default: false
      }
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return isAllowed && name.utf8.count <= 255 && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }

  /// Every name in order, `UTC` first.
  private func names() -> [String] {
    var found: Set<String> = []
    for folder in folders { Self.collect(folder, prefix: "", depth: Self.deepestFolder, into: &found) }
    return ["UTC"] + found.subtracting(["UTC"]).sorted()
  }

  private static func collect(_ folder: String, prefix: String, depth: Int, into names: inout Set<String>) {
    guard depth > 0, let entries = Folder.entries(of: folder) else { return }
    for name in entries.map(\.name) {
      // Zones and areas begin with a capital letter; tables (`zone.tab`) and copies (`posix/`, `right/`) do not.
      guard let first = name.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { continue }
      var status = stat()
      guard stat("\(folder)/\(name)", &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        collect("\(folder)/\(name)", prefix: "\(prefix)\(name)/", depth: depth - 1, into: &names)
      } else {
        names.insert(prefix + name)
      }
    }
  }

  /// The bytes of a regular file; nil if it cannot be read or is too large for a zone.
  private static func contents(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= largestFile else {
      return nil
    }
    let size = Int(status.st_size)
    var bytes = [UInt8](repeating: 0, count: size)
    var done = 0
    while done < size {
      let count = bytes[done...].withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      done += count
    }
    return bytes
  }
}
