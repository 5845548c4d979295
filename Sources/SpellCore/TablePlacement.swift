/// Where the rows of a table lie that is spread over other tables, or is on another server.
package struct TablePlacement: Sendable, Equatable {
  /// The tables that hold rows: partitions, those of partitions among them, shards, or the one that is elsewhere.
  package var parts: Int
  /// What decides in which part a row lies, in the engine's words, as `HASH (k)`; nil where nothing is spread.
  package var rule: String?
  /// The servers that hold parts, by name and in order; none if all parts are where one is connected to.
  package var servers: [String]
  /// Whether the engine has each server do its own share of a statement, and refuses what it cannot divide so.
  package var isShared: Bool

  package init(parts: Int, rule: String?, servers: [String], isShared: Bool = false) {
    self.parts = parts
    self.rule = rule
    self.servers = servers
    self.isShared = isShared
  }

  /// Whether what the server at hand knows of indexes leads to no rows.
  package var isElsewhere: Bool { !servers.isEmpty }

  /// `in 2 parts by HASH (k), on servers shard0 and shard1`
  package var text: String {
    let spread = rule.map { ["in \(Count.text(parts, "part")) by \($0)"] } ?? []
    let names = [servers.dropLast().joined(separator: ", "), servers.last ?? ""].filter { !$0.isEmpty }
    let place =
      servers.isEmpty ? [] : ["on \(servers.count == 1 ? "server" : "servers") " + names.joined(separator: " and ")]
    return (spread + place).joined(separator: ", ")
  }
}
