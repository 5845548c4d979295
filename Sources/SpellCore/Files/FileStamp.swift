import Glibc

/// Which file it is, whatever its name.
package struct FileIdentity: Sendable, Hashable {
  private let device: UInt
  private let inode: UInt

  package init(_ status: stat) {
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
  }
}

/// What changes when somebody writes to a file, or puts another one in its place.
package struct FileStamp: Sendable, Equatable {
  package let identity: FileIdentity
  package let size: Int
  private let modifiedSeconds: Int
  private let modifiedNanoseconds: Int

  package init(_ status: stat) {
    identity = FileIdentity(status)
    size = Int(status.st_size)
    modifiedSeconds = status.st_mtim.tv_sec
    modifiedNanoseconds = status.st_mtim.tv_nsec
  }

  /// Nil if there is no such file.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}
