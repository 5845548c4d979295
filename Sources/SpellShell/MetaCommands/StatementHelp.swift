import SpellCatalog
import SpellLanguage

/// What `\h` knows of a statement.
package struct StatementHelp: Sendable {
  /// The statement's first word.
  package let name: String
  /// One line.
  package let summary: String
  package let grammar: String
  /// Statements made of what the catalog declares, each with its `;`; the first can be run as it stands.
  package let examples: @Sendable (Catalog) -> [String]

  /// The list of statements.
  package static let all: [StatementHelp] = [
    StatementHelp(
      name: "SELECT", summary: "features for labels, or for every key", grammar: selectGrammar,
      examples: { catalog in
        [snapshot(catalog).map { text(.select($0)) }, trainingTable(catalog)].compactMap { $0 }
      }),
    StatementHelp(
      name: "SHOW", summary: "what the metadata declares, or the SQL of a SELECT",
      grammar: """
        SHOW ALL | ENTITIES | GROUPS | FEATURES | SETS
          [IN group] [LIKE 'pat%'] [FORMAT format] [INTO path [OVERWRITE]]

        The database is not opened.

        SHOW SQL FOR SELECT FEATURES …

        One statement in the database's own SQL that gives the same rows, labels
        included. No row is read; FORMAT and INTO are left out.

        """,
      examples: { catalog in
        [text(.show(ShowStatement(subject: .features, group: catalog.groups.first.map { Name($0.name) })))]
          + (snapshot(catalog).map { [text(.showSQL(ShowSQLStatement(select: $0)))] } ?? [])
      }),
    StatementHelp(
      name: "DESCRIBE", summary: "one entity, group, feature or set",
      grammar: "DESCRIBE name | group.feature\n",
      examples: { catalog in
        catalog.groups.prefix(1).map { text(.describe(DescribeStatement(name: Name($0.name)))) }
      }),
    StatementHelp(
      name: "EXPLAIN", summary: "how a SELECT is carried out",
      grammar: """
        EXPLAIN [ANALYZE] SELECT FEATURES … [FORMAT json]

        For each group: how its rows are found, and the SQL that is sent. Reads the
        labels and no table; ANALYZE runs the statement without a result, and tells
        what was read, and the time and memory it took.

        """,
      examples: { catalog in snapshot(catalog).map { [text(.explain(ExplainStatement(select: $0)))] } ?? [] }),
    StatementHelp(
      name: "PROFILE", summary: "what the stored rows of features hold",
      grammar: """
        PROFILE item, … [AS OF moment | BEFORE moment] [WHERE condition]
          [FORMAT format] [INTO path [OVERWRITE]]

        Counts, NULLs, distinct values, quartiles, mean and histogram of every key,
        event and feature: of all stored rows, or of those available by a moment.
        INTO 'profile.html' writes a page with plots.

        """,
      examples: { catalog in
        catalog.groups.prefix(1).map { group in
          text(.profile(ProfileStatement(items: [SelectItem(subject: .all(group: Name(group.name)))])))
        }
      }),
    StatementHelp(
      name: "CHECK", summary: "the metadata against the database",
      grammar: """
        CHECK [group, …] [DEEP] [FORMAT format] [INTO path [OVERWRITE]]

        Faults of tables, columns, types, keys and times, each with its place in the
        metadata and what to do. Of each table the first rows are read; with DEEP all
        are. A CHECK that finds errors counts as failed.

        """,
      examples: { catalog in
        [text(.check(CheckStatement()))]
          + catalog.groups.prefix(1).map { text(.check(CheckStatement(groups: [Name($0.name)], isDeep: true))) }
      }),
    StatementHelp(
      name: "IMPORT", summary: "a CSV file into the table of a group",
      grammar: """
        IMPORT path INTO group [APPEND | REPLACE] [DELIMITER ';'] [NULL 'NA', …]

        Needs a session opened with --writable. All rows are written, or none.

        """,
      examples: { catalog in
        catalog.groups.prefix(1).map { group in
          let path = PathExpression(.file("\(group.name).csv"))
          return text(.importRows(ImportStatement(path: path, group: Name(group.name))))
        }
      }),
    StatementHelp(
      name: "SET", summary: "a setting of the session",
      grammar: """
        SET name = value

        \\set lists the names and their values.

        """,
      examples: { _ in [text(.set(SetStatement(name: Name("timezone"), value: Literal(.text("+02:00")))))] }),
  ]

  private static let selectGrammar = """
    SELECT FEATURES item, …
      [AS OF moment | BEFORE moment]    what was available by then; by default
                                        event_timestamp of the labels, else NOW
      [VERSIONS FROM instant TO instant]  every stored row of a group between the
                                        two, the second not included
      [KNOWN [AT instant]]              only rows that were created by then
      [WITHIN duration]                 at most 12h, 7d … old; else the groups' ttl
      [JOIN labels                      a CSV file with a header, - for stdin, or
                                        TABLE name: labels in the same database
        [DELIMITER ';'] [NULL 'NA', …] [TIME unix_s | unix_ms | unix_us]]
      [ON key = label_column, …]        where they differ in name
      [WHERE condition] [ORDER BY column [DESC], …] [LIMIT n] [OFFSET n]
      [WITH TIMESTAMPS] [WITH FULL NAMES] [FORMAT format] [INTO path [OVERWRITE]]

    item     feature | group.feature | group.* | set, AS alias, EXCEPT (name, …)
             AVG(feature) [FILTER (WHERE …)] OVER 7d | ALL [IN group] AS alias
    moment   'ISO time' | NOW | number | label_column, then perhaps + or - duration

    """

  private static func text(_ body: StatementBody) -> String { StatementPrinter.text(body) + ";" }

  /// Some features of every key: a group that needs no recent rows first.
  private static func snapshot(_ catalog: Catalog) -> SelectStatement? {
    let groups = catalog.groups.filter { !items(of: $0).isEmpty }
    guard
      let group = groups.first(where: { $0.eventColumn == nil }) ?? groups.first(where: { $0.ttl == nil })
        ?? groups.first
    else { return nil }
    var select = SelectStatement(items: items(of: group), limit: IntegerExpression(.integer(5)))
    if group.eventColumn != nil, group.timestampStorage == .number { select.cut = .someNumber }
    return select
  }

  /// A training table; a comment says what the labels are.
  private static func trainingTable(_ catalog: Catalog) -> String? {
    guard let group = catalog.groups.first(where: { $0.eventColumn != nil && !items(of: $0).isEmpty }) else {
      return nil
    }
    let moment = "event_timestamp"
    let select = SelectStatement(
      items: items(of: group),
      cut: MomentCut(isStrict: false, moment: Moment(base: .column(Name(moment)))),
      labels: LabelClause(path: PathExpression(.file("labels.csv"))),
      output: OutputClause(into: PathExpression(.file("training.csv"))))
    let columns = group.keys.map(\.key.name) + [moment]
    return "-- labels.csv has the columns \(columns.joined(separator: ", "))\n  \(text(.select(select)))"
  }

  private static func items(of group: Group) -> [SelectItem] {
    group.features.filter { $0.aggregate == nil }.prefix(2).map {
      SelectItem(subject: .feature(group: Name(group.name), feature: Name($0.name)))
    }
  }
}
