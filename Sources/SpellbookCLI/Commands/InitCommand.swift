import ArgumentParser
import Spellbook

/// `spellbook init`: metadata made up from the schema of a database.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make metadata for a database from its schema, to begin with.")

  @ParentCommand var parent: SpellbookCommand
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let options = try parent.options(of: session)
    guard options.metadata.isEmpty else { throw UsageMessages.metadataOfInit }
    guard !options.print else { throw UsageMessages.unprintableInit }
    let session = try options.open(needsMetadata: false)
    try session.writeStarterMetadata(to: output.output, overwrite: output.overwrite)
    session.close()
    ExitStatus.exit(after: nil)
  }
}
