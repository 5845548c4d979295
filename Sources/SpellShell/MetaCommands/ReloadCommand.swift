import SpellCore

/// `\reload`: the metadata as it is now.
enum ReloadCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    do {
      try runner.session.reload()
    } catch var error as SpellError {
      error.diagnostics.append(ShellMessages.metadataKept)
      throw error
    }
    runner.remark(ShellMessages.metadata(runner.session.catalog) + "\n")
  }
}
