import Glibc
import SpellCore

/// Bytes that can be read twice: a regular file by `pread`, or anything else (pipe, fifo, device) held in memory.
///
/// Not thread-safe to open, but reads carry their own offset and may come from several threads.
package final class ByteSource {
  /// What messages show: the path as it was given, or the name given for standard input.
  package let name: String
  /// The number of bytes, as of the opening for a file.
  package let size: Int

  private enum Storage {
    /// `start` is where the bytes begin in the file: standard input may have been read from before.
    case file(descriptor: Int32, start: Int, isOwned: Bool)
    case memory(UnsafeMutableRawPointer?)
  }

  private let storage: Storage
  /// What must stay the same while a file is read; nil for memory.
  private let stamp: FileStamp?
  /// Nil for standard input, which has no name in the file system.
  private let path: String?

  /// Opens a file; what is not a regular file is read to its end here.
  package convenience init(path: String, cancellation: Cancellation? = nil) throws {
    // Non-blocking, so that waiting for the writer of a fifo happens in `poll`, where it can be cancelled.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.openingProblem(path: path, code: errno).error }
    try self.init(descriptor: descriptor, isOwned: true, name: path, path: path, cancellation: cancellation)
  }

  /// Takes standard input from where it stands; its bytes are then used up for everybody else.
  package convenience init(standardInput name: String, cancellation: Cancellation? = nil) throws {
    try self.init(
      descriptor: STDIN_FILENO, isOwned: false, name: name, path: nil, cancellation: cancellation)
  }

  private init(descriptor: Int32, isOwned: Bool, name: String, path: String?, cancellation: Cancellation?) throws {
    var keepsOpen = false
    defer { if isOwned, !keepsOpen { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileProblem.cannotRead(name: name, code: errno).error }
    self.name = name
    self.path = path
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw FileProblem.isFolder(path: name).error
    case S_IFREG:
      let start = isOwned ? 0 : max(0, lseek(descriptor, 0, SEEK_CUR))
      if !isOwned { lseek(descriptor, 0, SEEK_END) }
      storage = .file(descriptor: descriptor, start: start, isOwned: isOwned)
      stamp = FileStamp(status)
      size = max(0, Int(status.st_size) - start)
      keepsOpen = true
    default:
      let bytes = try Self.readAll(descriptor, name: name, cancellation: cancellation)
      storage = .memory(bytes.baseAddress)
      stamp = nil
      size = bytes.count
    }
  }

  deinit {
    switch storage {
    case .file(let descriptor, _, let isOwned): if isOwned { close(descriptor) }
    case .memory(let base): free(base)
    }
  }

  /// Reads at an offset; returns the number of bytes, less than asked for only at the end.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    switch storage {
    case .memory(let base):
      let count = max(0, min(buffer.count, size - offset))
      if count > 0, let base, let target = buffer.baseAddress {
        target.copyMemory(from: base + offset, byteCount: count)
      }
      return count
    case .file(let descriptor, let start, _):
      var done = 0
      while done < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        let count = pread(descriptor, rest.baseAddress, rest.count, start + offset + done)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw FileProblem.cannotRead(name: name, code: errno).error }
        if count == 0 { break }
        done += count
      }
      return done
    }
  }

  /// All bytes at once, for texts that are small.
  package func readAll() throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = try read(at: 0, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Throws if the file's size, time of change or identity is no longer that of the opening.
  package func checkUnchanged() throws {
    guard let stamp, case .file(let descriptor, _, _) = storage else { return }
    var status = stat()
    let result = if let path { stat(path, &status) } else { fstat(descriptor, &status) }
    guard result == 0, FileStamp(status) == stamp else { throw changeProblem }
  }

  /// What is wrong with bytes that were others when they were read before.
  package var changeProblem: SpellError { FileProblem.changedWhileRead(path: name).error }

  /// Reads a stream to its end into memory of `malloc`, looking for a cancellation every 50 ms.
  private static func readAll(
    _ descriptor: Int32, name: String, cancellation: Cancellation?
  ) throws -> UnsafeMutableRawBufferPointer {
    var base: UnsafeMutableRawPointer?
    var capacity = 0
    var count = 0
    do {
      while true {
        if count == capacity {
          let larger = max(1 << 16, capacity * 2)
          guard let memory = realloc(base, larger) else {
            throw FileProblem.outOfMemory(name: name, bytes: count).error
          }
          base = memory
          capacity = larger
        }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = poll(&waiting, 1, 50)
        try cancellation?.check()
        if ready == 0 || (ready < 0 && errno == EINTR) { continue }
        let result = Glibc.read(descriptor, base.map { $0 + count }, capacity - count)
        if result < 0, errno == EINTR || errno == EAGAIN { continue }
        guard result >= 0 else { throw FileProblem.cannotRead(name: name, code: errno).error }
        if result == 0 { return UnsafeMutableRawBufferPointer(start: base, count: count) }
        count += result
      }
    } catch {
      free(base)
      throw error
    }
  }

  private static func openingProblem(path: String, code: Int32) -> FileProblem {
    guard code == ENOENT else { return .cannotOpen(path: path, code: code) }
    let (folder, name) = PathParts.split(path)
    guard let names = Folder.candidates(in: folder) else {
      return .missingFolder(path: path, folder: folder)
    }
    let near = Suggestion.nearest(to: name, among: names)
    return .missingFile(path: path, nearby: near.map { PathParts.join(folderPrefix(of: path), $0) })
  }

  /// The part of a path up to its last slash, as it was written.
  private static func folderPrefix(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
  }
}
