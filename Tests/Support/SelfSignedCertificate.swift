/// Keys and certificates for a server of a test, made with `openssl` and valid for a day: a root, a server certificate
/// for the host name `localhost` that it has signed, and another root that has signed nothing.
public final class SelfSignedCertificate {
  private let folder: TemporaryFolder

  /// Makes the files. Throws `ServerFailure` with what `openssl` said.
  public init() throws {
    folder = try TemporaryFolder()
    try folder.write("openssl.conf", Self.configuration)
    try make("root", "/CN=Root of the tests", ["-extensions", "authority"])
    try make("unrelated", "/CN=Root of nobody", ["-extensions", "authority"])
    try make("server", "/CN=localhost", ["-extensions", "server", "-CA", "root.crt", "-CAkey", "root.key"])
  }

  /// The path of the root that a client must trust, for `sslrootcert`.
  public var root: String { folder.file("root.crt") }
  /// The path of a root that has not signed the server's certificate.
  public var unrelatedRoot: String { folder.file("unrelated.crt") }
  /// The path of the server's certificate.
  public var certificate: String { folder.file("server.crt") }
  /// The path of the server's key, which has no password.
  public var key: String { folder.file("server.key") }

  private func make(_ name: String, _ subject: String, _ more: [String]) throws {
    let words = [
      "req", "-x509", "-config", "openssl.conf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "1", "-subj", subject, "-keyout", "\(name).key", "-out", "\(name).crt",
    ]
    let run = try CommandRun.run("/usr/bin/openssl", words + more, in: folder.path, environment: [:])
    guard run.status == 0 else { throw ServerFailure(description: run.summary) }
  }

  private static let configuration = """
    [req]
    distinguished_name = name
    [name]
    [authority]
    basicConstraints = critical, CA:TRUE
    keyUsage = critical, keyCertSign, cRLSign
    subjectKeyIdentifier = hash
    [server]
    basicConstraints = critical, CA:FALSE
    keyUsage = critical, digitalSignature
    extendedKeyUsage = serverAuth
    subjectAltName = DNS:localhost

    """
}
