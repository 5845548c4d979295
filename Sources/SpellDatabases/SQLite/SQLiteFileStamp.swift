import Glibc

/// Which file it is, whatever its name.
struct SQLiteFileIdentity: Equatable {
  var device: UInt
  var inode: UInt
}

/// What changes when somebody writes to a file.
struct SQLiteFileStamp: Equatable {
  var identity: SQLiteFileIdentity
  var size: Int
  var modifiedSeconds: Int
  var modifiedNanoseconds: Int

  /// nil if there is no such file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    identity = SQLiteFileIdentity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
    size = Int(status.st_size)
    modifiedSeconds = Int(status.st_mtim.tv_sec)
    modifiedNanoseconds = Int(status.st_mtim.tv_nsec)
  }
}
