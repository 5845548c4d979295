import Glibc
import SpellCore
import SpellTables
import TestSupport
import Testing

@Suite struct OutputFileTests {
  private func write(_ path: String, _ text: String, overwrite: Bool = false) throws {
    let file = try OutputFile(path: path, overwrite: overwrite)
    try withBytes(of: text) { try file.target.write($0) }
    try file.commit()
  }

  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  private func names(_ folder: TemporaryFolder) throws -> [String] {
    let stream = try #require(opendir(folder.path))
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  @Test func whatWasWrittenCanBeTakenBack() throws {
    let folder = try TemporaryFolder()
    let file = try OutputFile(path: folder.file("out.csv"), overwrite: false)
    try withBytes(of: "kept\n") { try file.target.write($0) }
    let size = try #require(file.size)
    #expect(size == 5)
    try withBytes(of: "not kept\n") { try file.target.write($0) }
    file.cut(to: size)
    try withBytes(of: "more\n") { try file.target.write($0) }
    try file.commit()
    #expect(try folder.read("out.csv") == "kept\nmore\n")
    #expect(try OutputFile(path: "/dev/null", overwrite: false).size == nil)
  }

  @Test func aNewFileAppearsAtCommit() throws {
    let folder = try TemporaryFolder()
    let file = try OutputFile(path: folder.file("out.csv"), overwrite: false)
    try withBytes(of: "a\n") { try file.target.write($0) }
    #expect(try names(folder).allSatisfy { $0.hasPrefix(".spellbook-") })
    try file.commit()
    #expect(try names(folder) == ["out.csv"])
    #expect(try folder.read("out.csv") == "a\n")
    let mask = umask(0)
    umask(mask)
    #expect(mode(folder.file("out.csv")) == 0o666 & ~mask)
  }

  @Test func discardingLeavesNothing() throws {
    let folder = try TemporaryFolder()
    do {
      let file = try OutputFile(path: folder.file("out.csv"), overwrite: false)
      try withBytes(of: "a\n") { try file.target.write($0) }
    }
    #expect(try names(folder).isEmpty)
  }

  @Test func anExistingFileNeedsOverwrite() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("out.csv", "old")
    chmod(path, 0o640)
    #expect(problem { try OutputFile.check(path: path, overwrite: false) }?.code == "output-exists")
    #expect(problem { _ = try OutputFile(path: path, overwrite: false) }?.code == "output-exists")
    try OutputFile.check(path: path, overwrite: true)
    let file = try OutputFile(path: path, overwrite: true)
    try withBytes(of: "new") { try file.target.write($0) }
    #expect(try folder.read("out.csv") == "old")
    file.discard()
    #expect(try folder.read("out.csv") == "old")
    try write(path, "newer", overwrite: true)
    #expect(try folder.read("out.csv") == "newer")
    #expect(mode(path) == 0o640)
    #expect(try names(folder) == ["out.csv"])
  }

  @Test func aFileThatAppearsMeanwhileIsKept() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("out.csv")
    let file = try OutputFile(path: path, overwrite: false)
    try folder.write("out.csv", "theirs")
    let found = try #require(problem { try file.commit() })
    #expect(found.code == "output-exists")
    #expect(try folder.read("out.csv") == "theirs")
    #expect(try names(folder) == ["out.csv"])
  }

  @Test func linksAreFollowed() throws {
    let folder = try TemporaryFolder()
    try #require(mkdir(folder.file("data"), 0o755) == 0)
    try folder.write("data/real.csv", "old")
    try #require(symlink("data/real.csv", folder.file("link.csv")) == 0)
    #expect(problem { try OutputFile.check(path: folder.file("link.csv"), overwrite: false) }?.code == "output-exists")
    try write(folder.file("link.csv"), "new", overwrite: true)
    #expect(try folder.read("data/real.csv") == "new")
    var status = stat()
    #expect(lstat(folder.file("link.csv"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)

    try #require(symlink("data/fresh.csv", folder.file("dangling.csv")) == 0)
    try write(folder.file("dangling.csv"), "fresh")
    #expect(try folder.read("data/fresh.csv") == "fresh")
    #expect(lstat(folder.file("dangling.csv"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)

    try #require(symlink("loop", folder.file("loop")) == 0)
    #expect(problem { try OutputFile.check(path: folder.file("loop"), overwrite: true) }?.code == "cannot-write")
  }

  @Test func aFifoIsWrittenInPlace() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("fifo")
    try #require(mkfifo(path, 0o600) == 0)
    let copy = folder.file("copy")
    let reading = Background { try? writeFile(copy, readFile(path)) }
    try write(path, "through")
    reading.wait()
    #expect(try folder.read("copy") == "through")
    #expect(try names(folder) == ["copy", "fifo"])
    let cancellation = Cancellation()
    cancellation.cancel()
    let found = problem { _ = try OutputFile(path: path, overwrite: false, cancellation: cancellation) }
    #expect(found?.kind == .interrupted)
  }

  @Test func aFullDeviceIsNamed() throws {
    let file = try OutputFile(path: "/dev/full", overwrite: false)
    let found = try #require(problem { try withBytes(of: "a") { try file.target.write($0) } })
    #expect(found.code == "cannot-write")
    #expect(found.message.contains("/dev/full"))
    #expect(found.message.contains("No space left"))
  }

  @Test func placesThatTakeNoFile() throws {
    let folder = try TemporaryFolder()
    #expect(problem { try OutputFile.check(path: folder.path, overwrite: true) }?.code == "is-a-folder")
    #expect(
      problem { try OutputFile.check(path: folder.file("no/out.csv"), overwrite: true) }?.code == "missing-folder")
    #expect(problem { try OutputFile.check(path: folder.file("no/"), overwrite: true) }?.code == "missing-folder")
    #expect(problem { try OutputFile.check(path: "", overwrite: true) }?.code == "no-file-name")
    try folder.write("f", "")
    #expect(problem { try OutputFile.check(path: folder.file("f/out.csv"), overwrite: true) }?.code == "cannot-write")
    // Nobody, root included, makes files there.
    let unwritable = problem { _ = try OutputFile(path: "/proc/out.csv", overwrite: false) }
    #expect(unwritable?.code == "cannot-write")
    #expect(unwritable?.message.contains("/proc") == true)
  }

  @Test func aClosedPipeEndsQuietly() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let target = DescriptorTarget(descriptor: ends[1], name: "<stdout>")
    #expect(problem { try withBytes(of: "a") { try target.write($0) } }?.kind == .closedPipe)
  }

  @Test func aFullPipeCanBeCancelled() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    let cancellation = Cancellation()
    let target = DescriptorTarget(descriptor: ends[1], name: "<stdout>", cancellation: cancellation)
    let late = Background {
      usleep(20_000)
      cancellation.cancel()
    }
    let text = String(repeating: "x", count: 1 << 20)
    #expect(problem { try withBytes(of: text) { try target.write($0) } }?.kind == .interrupted)
    late.wait()
  }
}

@Suite struct OutputBufferTests {
  @Test func whateverTheCapacityTheBytesAreTheSame() throws {
    var outputs: Set<String> = []
    for capacity in [0, 64, 65, 70, 100, 1000, OutputBuffer.standardCapacity] {
      let target = MemoryTarget()
      var output = OutputBuffer(target, capacity: capacity)
      for number in 0..<50 {
        try output.append(integer: Int64(number) &- .max)
        try output.append(UInt8(ascii: ","))
        try output.append(String(repeating: "é", count: number))
        try output.append(float: 0.5)
        try output.append(time: 1_706_702_400_000_001)
        try output.append(date: 19_753)
        try withBytes(of: String(repeating: "y", count: number * 4)) { try output.append($0) }
        try withBytes(of: "z") { try output.append(hex: $0) }
      }
      try output.flush()
      outputs.insert(String(decoding: target.bytes, as: UTF8.self))
    }
    #expect(outputs.count == 1)
    #expect(outputs.first?.hasPrefix("-9223372036854775807,0.52024-01-31 12:00:00.000001+00:002024-01-317a") == true)
  }
}
