import TestSupport
import Testing

/// Connections that are encrypted, and servers that must show who they are.
@Suite struct EncryptionTests {
  private let certificate: SelfSignedCertificate
  /// Lets `reader` in over TLS only.
  private let server: PostgreSQLServer

  init() throws {
    certificate = try SelfSignedCertificate()
    server = try PostgreSQLServer.private(
      hba: ["hostssl all reader 127.0.0.1/32 trust", "hostnossl all reader 127.0.0.1/32 reject"],
      certificate: certificate)
  }

  private func stage() throws -> ServerStage {
    try ServerStage([sessionGroup("encryption", "ssl", from: "FROM pg_stat_ssl WHERE pid = pg_backend_pid()")])
  }
  private let statement = "SELECT FEATURES encryption.v INTO 'out.csv'"

  private func url(_ mode: String, root: String?, host: String = "localhost") -> String {
    server.loopbackURL(
      database: "test", host: host,
      options: [("sslmode", mode)] + (root.map { [("sslrootcert", $0)] } ?? []))
  }

  @Test("a server with the certificate of the right authority is read over TLS")
  func verified() throws {
    let urls = [
      url("verify-full", root: certificate.root), url("verify-ca", root: certificate.root),
      url("verify-ca", root: certificate.root, host: "127.0.0.1"), url("require", root: nil),
      url("prefer", root: nil), server.loopbackURL(database: "test"),
    ]
    for url in urls {
      let stage = try stage()
      let run = try stage.run(url, statement)
      #expect(run.status == 0, "\(url): \(run.summary)")
      #expect((try? stage.folder.read("out.csv")) == "k,v\na,true\n", "\(url)")
    }
    let stage = try stage()
    try stage.folder.write("root.crt", String(decoding: readFile(certificate.root), as: UTF8.self))
    let environment = ["PGSSLMODE": "verify-full", "PGSSLROOTCERT": stage.folder.file("root.crt")]
    let run = try stage.run(
      server.loopbackURL(database: "test"), statement, environment: environment)
    #expect(run.status == 0, "\(run.summary)")
  }

  @Test("a server that cannot prove who it is is not read, and the message says why")
  func refused() throws {
    let cases: [(url: String, words: [String])] = [
      (url("verify-full", root: certificate.unrelatedRoot), ["certificate verify failed", "sslrootcert"]),
      (url("verify-ca", root: certificate.unrelatedRoot), ["certificate verify failed", "sslrootcert"]),
      (url("verify-full", root: nil), ["root certificate file", "does not exist", "sslrootcert"]),
      (url("verify-full", root: "/nowhere/root.crt"), ["root certificate file", "/nowhere/root.crt"]),
      (url("verify-full", root: certificate.root, host: "127.0.0.1"), ["127.0.0.1", "name in the certificate"]),
      (url("disable", root: nil), ["pg_hba.conf", "no encryption"]),
    ]
    for (url, words) in cases {
      let stage = try stage()
      let run = try stage.run(url, statement)
      #expect(run.status == 3, "\(url): \(run.summary)")
      for word in words + ["help:"] { #expect(run.errors.contains(word), "\(url): no \(word) in \(run.summary)") }
      #expect(run.outputBytes.isEmpty && stage.leftovers.isEmpty, "\(stage.leftovers)")
    }
  }

  @Test("statements over TLS are stopped by Ctrl-C and time limits as others are")
  func timeout() throws {
    let stage = try ServerStage([fewGroup, sleepingGroup("asleep", seconds: 600)])
    let sessions = try Sessions(server)
    let url = server.loopbackURL(
      database: "test", options: sessions.options + [("sslmode", "require")])
    let run = try stage.run(
      url, "SET timeout = 300ms", "SELECT FEATURES asleep.v", "SET timeout = off", "SELECT FEATURES few.w",
      options: ["--keep-going"])
    #expect(run.status == 1 && run.output == "k,w\na,7\n", "\(run.summary)")
    #expect(run.errors.contains("error[timeout]"), "\(run.summary)")
    try sessions.waitForRest()
  }
}
