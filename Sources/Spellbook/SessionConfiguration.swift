import Glibc

/// What a session is opened with.
package struct SessionConfiguration {
  /// Files and folders of metadata; none is an empty catalog.
  package var metadataPaths: [String]
  /// Wins over the environment and the metadata.
  package var engine: String?
  package var isWritable: Bool
  package var environment: (String) -> String?
  /// Whether standard input holds the statements.
  package var readsStatementsFromStandardInput: Bool
  /// A file for the match reports, as JSON.
  package var reportPath: String?
  package var settings: Settings

  package init(
    metadataPaths: [String], engine: String? = nil, isWritable: Bool = false,
    environment: @escaping (String) -> String? = Environment.value, readsStatementsFromStandardInput: Bool = false,
    reportPath: String? = nil, settings: Settings = Settings()
  ) {
    self.metadataPaths = metadataPaths
    self.engine = engine
    self.isWritable = isWritable
    self.environment = environment
    self.readsStatementsFromStandardInput = readsStatementsFromStandardInput
    self.reportPath = reportPath
    self.settings = settings
  }
}

/// The environment of the process.
package enum Environment {
  package static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
