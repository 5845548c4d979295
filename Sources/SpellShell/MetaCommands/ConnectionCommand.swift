import Spellbook

/// `\conninfo`: which database, how it is opened, and which metadata.
enum ConnectionCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    let session = runner.session
    try runner.tell(
      ShellMessages.connection(
        engine: session.engineDescription, isWritable: session.isWritable, isConnected: session.isConnected,
        metadata: session.configuration.metadataPaths, catalog: session.catalog))
  }
}
