import ArgumentParser
import Spellbook

/// `spellbook get meta feature`: what the metadata declares, as markdown tables.
struct GetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show what the metadata declares.", subcommands: [Meta.self])

  @ParentCommand var parent: SpellbookCommand

  struct Meta: ParsableCommand {
    /// The name is that of the type, which is found by reflection, at every start, unless it is given.
    static let configuration = CommandConfiguration(
      commandName: "meta", abstract: "Show entities, groups or features.")

    @ParentCommand var parent: GetCommand
    @OptionGroup var session: SessionOptions

    @Argument(help: "all, entity, feature or group")
    var kind: Request.MetaKind = .all

    @Argument(help: "Only the one of this name.")
    var name: String?

    mutating func run() throws {
      var options = try parent.parent.options(of: session)
      options.format = options.format ?? "markdown"
      let isForPeople = options.format.map(Settings.isFormatForPeople) ?? true
      try options.run(.meta(kind, name: name, asOneTable: !isForPeople), command: "get meta")
    }
  }
}

extension Request.MetaKind: ExpressibleByArgument {}
