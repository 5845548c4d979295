import Glibc
import SpellCore
import Testing
import TestSupport

@testable import SpellCatalog

/// Paths, folders and files.
@Suite struct FileTests {
  @Test func folderIsReadByNameAndNotRecursively() throws {
    let folder = try TemporaryFolder()
    try folder.write("b.yml", "{kind: entity, name: b}")
    try folder.write("a.yaml", "{kind: entity, name: a}")
    try folder.write("c.txt", "{kind: entity, name: c}")
    try folder.write(".d.yml", "{kind: entity, name: d}")
    mkdir(folder.file("e.yml"), 0o755)
    try folder.write("e.yml/f.yml", "{kind: entity, name: f}")
    let loading = Loading(paths: [folder.path])
    #expect(loading.report == [])
    #expect(loading.catalog.entities.map(\.name) == ["a", "b"])
    #expect(Loading(paths: [folder.path + "/"]).catalog.entities.map(\.name) == ["a", "b"])
  }

  @Test func problemsOfAllFilesAreReportedInOrderOfFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write("z.yml", "{kind: entity, name: a, x: 1}\n---\n{kind: group, name: g, entity: e, features: [f]}")
    try folder.write("a.yml", "{kind: entity, name: a}\n---\n{kind: feature_set, name: s, features: [g.x]}")
    let loading = Loading(paths: [
      folder.file("none.yml"), folder.file("z.yml"), folder.file("a.yml"), folder.file("z.yml"),
    ])
    #expect(
      loading.reportWithFiles == ["no-such-metadata", "z.yml:1:25 [x] unknown-key", "a.yml:1:22 [a] duplicate-entity"])
    try folder.write("only.yml", "{kind: feature_set, name: s, features: [h.x]}")
    let whole = Loading(paths: [folder.file("only.yml"), folder.file("z.yml")])
    #expect(whole.reportWithFiles == ["only.yml:1:41 [h.x] unknown-group", "z.yml:1:25 [x] unknown-key"])
  }

  @Test func filesReferToEachOther() throws {
    let folder = try TemporaryFolder()
    try folder.write("1.yml", "{kind: feature_set, name: s, features: [g.*]}")
    try folder.write("2.yml", "{kind: group, name: g, entities: [e], features: [f]}")
    try folder.write("3.yml", "[{kind: entity, name: e, value_type: int}]")
    let loading = Loading(paths: [folder.path, folder.file("3.yml")])
    #expect(loading.report == [])
    #expect(loading.catalog.featureSets.first?.members == [FeatureSet.Member(group: "g", feature: "f")])
    #expect(loading.catalog.groups.first?.keys.map(\.key.type) == [.int])
  }

  @Test func whatCannotBeReadIsReported() throws {
    let folder = try TemporaryFolder()
    mkdir(folder.file("empty"), 0o755)
    symlink("nowhere", folder.file("dangling.yml"))
    let loading = Loading(paths: [folder.file("empty"), folder.path, folder.file("none")])
    #expect(loading.report == ["no-metadata-in-folder", "unreadable-metadata", "no-such-metadata"])
    #expect(loading.diagnostics[1].message.contains("No such file"))
    #expect(loading.diagnostics.allSatisfy { $0.severity == .error })
  }

  @Test func sizeIsLimited() throws {
    let folder = try TemporaryFolder()
    var bytes = Array("{kind: entity, name: a}\n#".utf8)
    bytes += [UInt8](repeating: UInt8(ascii: "x"), count: (16 << 20) - bytes.count)
    try writeFile(folder.file("a.yml"), bytes)
    #expect(Loading(paths: [folder.file("a.yml")]).report == [])
    try writeFile(folder.file("a.yml"), bytes + [0x0A])
    #expect(Loading(paths: [folder.file("a.yml")]).report == ["metadata-too-large"])
  }

  @Test func engineKnowsTheFolderOfItsFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("m.yml", "{kind: engine, url: 'sqlite:///data/store.db'}")
    let engine = try #require(Loading(paths: [path]).catalog.engine)
    #expect(engine.folder == folder.path)
    let url = try EngineURL.parse(engine.url, relativeTo: engine.folder)
    #expect(url.target == .sqlite(path: folder.path + "/data/store.db"))
  }

  @Test func passwordsNeverShow() throws {
    let loading = try Loading(
      """
      kind: engine
      url: mysql://ann:s3cret/x@db/y?password=s3cret
      password: s3cret
      connect_args: {"password": 's3cret', p: 1}
      """)
    #expect(loading.diagnostics.map(\.code) == ["invalid-engine", "ignored-engine-keys"])
    #expect(!loading.rendered.contains("s3cret"))
    #expect(loading.rendered.contains("mysql://ann:*"))
  }
}
