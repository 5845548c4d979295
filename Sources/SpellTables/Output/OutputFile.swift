import Glibc
import SpellCore

/// The file of an INTO clause. A regular file is written beside its place under a hidden name and takes the place only
/// at `commit`; until then, and after any failure, what was there stays. Fifos and devices are written in place.
package final class OutputFile {
  /// Where the bytes go.
  package let target: any OutputTarget

  /// What the path leads to.
  private enum Destination {
    /// `path` has no symbolic link left at its end; `existing` is the status of the file to be replaced.
    case regular(path: String, existing: stat?)
    case inPlace(isFifo: Bool)
    /// The file behind standard output or error, by whatever name: replacing it would lose what they were given.
    case standardStream(Int32)
  }

  /// The hidden file and the path that it will get.
  private struct Replacement {
    let temporaryPath: String
    let path: String
    let mayReplace: Bool
  }

  private let path: String
  private var descriptor: Int32
  /// Nil for what is written in place.
  private let replacement: Replacement?
  private var isOpen = true

  /// Throws what `init` would throw, and makes nothing: to be called before anything is read.
  package static func check(path: String, overwrite: Bool) throws {
    _ = try destination(of: path, overwrite: overwrite)
  }

  /// Opens the hidden file, or the fifo or device; waits for the reader of a fifo.
  package init(path: String, overwrite: Bool, cancellation: Cancellation? = nil) throws {
    self.path = path
    switch try Self.destination(of: path, overwrite: overwrite) {
    case .standardStream(let number):
      descriptor = fcntl(number, F_DUPFD_CLOEXEC, 0)
      guard descriptor >= 0 else { throw OutputProblem.cannotWrite(name: path, code: errno).error }
      replacement = nil
    case .inPlace(let isFifo):
      descriptor = try Self.openInPlace(path, isFifo: isFifo, cancellation: cancellation)
      replacement = nil
    case .regular(let finalPath, let existing):
      let folder = PathParts.split(finalPath).folder
      let (opened, temporaryPath) = try Self.openTemporary(in: folder, path: path, isPrivate: existing != nil)
      if let existing {
        // Of another owner only root can make a file; for all others the owner is the same already.
        _ = fchown(opened, existing.st_uid, existing.st_gid)
        fchmod(opened, existing.st_mode & 0o7777)
      }
      descriptor = opened
      replacement = Replacement(temporaryPath: temporaryPath, path: finalPath, mayReplace: overwrite)
    }
    target = DescriptorTarget(descriptor: descriptor, name: path, cancellation: cancellation)
  }

  deinit { discard() }

  /// Puts the file in its place, safely on disk. If it throws, the file is discarded.
  package func commit() throws {
    guard isOpen else { return }
    do {
      if replacement != nil, fsync(descriptor) != 0 { throw OutputProblem.cannotWrite(name: path, code: errno).error }
      isOpen = false
      guard close(descriptor) == 0 else { throw OutputProblem.cannotWrite(name: path, code: errno).error }
      if let replacement { try putInPlace(replacement) }
    } catch {
      discard()
      if let replacement { unlink(replacement.temporaryPath) }
      throw error
    }
  }

  /// The number of bytes written so far; nil for what is written in place and cannot be taken back.
  package var size: Int? { replacement == nil ? nil : Int(lseek(descriptor, 0, SEEK_CUR)) }

  /// Takes back what was written behind an earlier `size`.
  package func cut(to size: Int) {
    guard isOpen, replacement != nil, ftruncate(descriptor, size) == 0 else { return }
    lseek(descriptor, size, SEEK_SET)
  }

  /// Removes what was written so far; does nothing after `commit`.
  package func discard() {
    guard isOpen else { return }
    isOpen = false
    close(descriptor)
    if let replacement { unlink(replacement.temporaryPath) }
  }

  private func putInPlace(_ replacement: Replacement) throws {
    if replacement.mayReplace {
      guard rename(replacement.temporaryPath, replacement.path) == 0 else {
        throw OutputProblem.cannotWrite(name: path, code: errno).error
      }
    } else {
      try putInEmptyPlace(replacement)
    }
    // A folder that cannot be synchronised still holds the whole file.
    let folder = open(PathParts.split(replacement.path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// `link` fails if the name is taken, where `rename` would replace a file that appeared meanwhile.
  private func putInEmptyPlace(_ replacement: Replacement) throws {
    if link(replacement.temporaryPath, replacement.path) == 0 {
      unlink(replacement.temporaryPath)
      return
    }
    let code = errno
    if code == EEXIST { throw OutputProblem.outputAppeared(path: path).error }
    // File systems without hard links: the next best is to look first.
    guard [EPERM, ENOSYS, EOPNOTSUPP, EMLINK].contains(code) else {
      throw OutputProblem.cannotWrite(name: path, code: code).error
    }
    var status = stat()
    if lstat(replacement.path, &status) == 0 { throw OutputProblem.outputAppeared(path: path).error }
    guard rename(replacement.temporaryPath, replacement.path) == 0 else {
      throw OutputProblem.cannotWrite(name: path, code: errno).error
    }
  }

  // MARK: - Opening

  private static func destination(of path: String, overwrite: Bool) throws -> Destination {
    var status = stat()
    if stat(path, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFDIR: throw FileProblem.isFolder(path: path).error
      case S_IFREG: break
      case let kind: return .inPlace(isFifo: kind == S_IFIFO)
      }
      if let number = standardStream(of: status) { return .standardStream(number) }
      guard overwrite else { throw OutputProblem.outputExists(path: path).error }
      guard faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 else {
        throw OutputProblem.outputIsReadOnly(path: path, code: errno).error
      }
      guard let resolved = realpath(path, nil) else { throw OutputProblem.cannotWrite(name: path, code: errno).error }
      defer { free(resolved) }
      let finalPath = String(cString: resolved)
      try checkFolder(of: finalPath, path: path)
      return .regular(path: finalPath, existing: status)
    }
    guard errno == ENOENT else { throw OutputProblem.cannotWrite(name: path, code: errno).error }
    let finalPath = endOfLinks(path)
    try checkFolder(of: finalPath, path: path)
    return .regular(path: finalPath, existing: nil)
  }

  /// The standard stream that writes into a file, if one does.
  private static func standardStream(of file: stat) -> Int32? {
    [STDOUT_FILENO, STDERR_FILENO].first { number in
      var status = stat()
      return fstat(number, &status) == 0 && FileIdentity(status) == FileIdentity(file)
    }
  }

  /// Follows links whose end does not exist yet; a chain without an end is left to fail when it is opened.
  private static func endOfLinks(_ path: String) -> String {
    var path = path
    for _ in 0..<40 {
      var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = bytes.withUnsafeMutableBytes { buffer in
        guard let start = buffer.baseAddress else { return 0 }
        return readlink(path, start.assumingMemoryBound(to: CChar.self), buffer.count)
      }
      if count <= 0 { return path }
      path = PathParts.join(PathParts.split(path).folder, String(decoding: bytes[..<count], as: UTF8.self))
    }
    return path
  }

  private static func checkFolder(of finalPath: String, path: String) throws {
    let (folder, name) = PathParts.split(finalPath)
    var status = stat()
    guard stat(folder, &status) == 0 else {
      if errno == ENOENT { throw FileProblem.missingFolder(path: path, folder: folder).error }
      throw OutputProblem.folderNotWritable(path: path, folder: folder, code: errno).error
    }
    guard !name.isEmpty else { throw OutputProblem.noFileName(path: path).error }
    guard faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 else {
      throw OutputProblem.folderNotWritable(path: path, folder: folder, code: errno).error
    }
  }

  /// The hidden name does not contain the final one, which may be as long as names can be.
  private static func openTemporary(
    in folder: String, path: String, isPrivate: Bool
  ) throws -> (descriptor: Int32, path: String) {
    for _ in 0..<100 {
      let name = ".spellbook-\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 16)).tmp"
      let temporaryPath = PathParts.join(folder, name)
      let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o666)
      if descriptor >= 0 { return (descriptor, temporaryPath) }
      if errno != EEXIST { break }
    }
    throw OutputProblem.folderNotWritable(path: path, folder: folder, code: errno).error
  }

  /// A fifo without a reader refuses to be opened without waiting: asking again and again can be cancelled.
  private static func openInPlace(_ path: String, isFifo: Bool, cancellation: Cancellation?) throws -> Int32 {
    while true {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
      if descriptor >= 0 {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        return descriptor
      }
      guard errno == EINTR || (isFifo && errno == ENXIO) else {
        throw OutputProblem.cannotWrite(name: path, code: errno).error
      }
      try cancellation?.check()
      usleep(10_000)
    }
  }
}
