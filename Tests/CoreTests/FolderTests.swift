import Glibc
import SpellCore
import TestSupport
import Testing

@Suite struct FolderTests {
  @Test func foldersAreMadeWithThoseAboveThem() throws {
    let folder = try TemporaryFolder()
    #expect(Folder.make(folder.file("a/b/c"), mode: 0o700))
    #expect(Folder.make(folder.file("a/b/c"), mode: 0o700))
    #expect(folderEntries(folder.file("a/b")) == ["c"])
  }

  @Test func theReasonIsThatOfTheFolderThatCannotBeMade() throws {
    let folder = try TemporaryFolder()
    try folder.write("file", "")
    #expect(!Folder.make(folder.file("file/b/c"), mode: 0o700) && errno == ENOTDIR)
    #expect(!Folder.make("", mode: 0o700) && errno == ENOENT)
  }
}
