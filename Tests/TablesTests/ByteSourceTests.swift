import Glibc
import SpellCore
import SpellTables
import TestSupport
import Testing

@Suite struct ByteSourceTests {
  private func read(_ source: ByteSource, at offset: Int, count: Int) throws -> String {
    var bytes = [UInt8](repeating: 0, count: count)
    let read = try bytes.withUnsafeMutableBytes { try source.read(at: offset, into: $0) }
    return String(decoding: bytes[..<read], as: UTF8.self)
  }

  @Test func aFileIsReadAtAnyOffset() throws {
    let folder = try TemporaryFolder()
    let source = try ByteSource(path: try folder.write("t", "0123456789"))
    #expect(source.size == 10)
    #expect(try read(source, at: 7, count: 5) == "789")
    #expect(try read(source, at: 0, count: 3) == "012")
    #expect(try read(source, at: 10, count: 3) == "")
    #expect(try read(source, at: 99, count: 3) == "")
  }

  @Test func aFifoIsReadTwice() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("fifo")
    try #require(mkfifo(path, 0o600) == 0)
    let text = String(repeating: "0123456789", count: 30_000)
    let writing = Background { try? writeFile(path, Array(text.utf8)) }
    let source = try ByteSource(path: path)
    writing.wait()
    #expect(source.size == text.utf8.count)
    #expect(try read(source, at: 0, count: text.utf8.count) == text)
    #expect(try read(source, at: 299_995, count: 10) == "56789")
    try source.checkUnchanged()
  }

  @Test func waitingForAFifoCanBeCancelled() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("fifo")
    try #require(mkfifo(path, 0o600) == 0)
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(problem { _ = try ByteSource(path: path, cancellation: cancellation) }?.kind == .interrupted)
  }

  @Test func anEmptyDeviceIsEmpty() throws {
    #expect(try ByteSource(path: "/dev/null").size == 0)
  }

  @Test func aMissingFileSuggestsItsNeighbour() throws {
    let folder = try TemporaryFolder()
    try folder.write("labels.csv", "")
    let found = try #require(problem { _ = try ByteSource(path: folder.file("label.csv")) })
    #expect(found.code == "missing-file")
    #expect(found.message == "the file `\(folder.file("label.csv"))` does not exist")
    #expect(found.diagnostic.help == "did you mean `\(folder.file("labels.csv"))`?")
    #expect(problem { _ = try ByteSource(path: folder.file("quite-other.txt")) }?.diagnostic.help == nil)
  }

  @Test func foldersAreNamed() throws {
    let folder = try TemporaryFolder()
    #expect(problem { _ = try ByteSource(path: folder.path) }?.code == "is-a-folder")
    let missing = try #require(problem { _ = try ByteSource(path: folder.file("no/labels.csv")) })
    #expect(missing.code == "missing-folder")
    #expect(missing.message.contains("the folder `\(folder.file("no"))` of"))
    try folder.write("f", "")
    #expect(problem { _ = try ByteSource(path: folder.file("f/labels.csv")) }?.code == "cannot-open")
    #expect(problem { _ = try ByteSource(path: "") }?.code == "missing-file")
  }

  @Test func aChangeIsSeen() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("t", "one")
    let grown = try ByteSource(path: path)
    try grown.checkUnchanged()
    try folder.write("t", "three")
    #expect(problem { try grown.checkUnchanged() }?.code == "file-changed")

    let replaced = try ByteSource(path: path)
    try folder.write("u", "three")
    try #require(rename(folder.file("u"), path) == 0)
    #expect(problem { try replaced.checkUnchanged() }?.code == "file-changed")

    let touched = try ByteSource(path: path)
    var times = [timespec(tv_sec: 1, tv_nsec: 1), timespec(tv_sec: 1, tv_nsec: 1)]
    try #require(utimensat(AT_FDCWD, path, &times, 0) == 0)
    #expect(problem { try touched.checkUnchanged() }?.code == "file-changed")

    let removed = try ByteSource(path: path)
    unlink(path)
    #expect(problem { try removed.checkUnchanged() }?.code == "file-changed")
  }
}
