import SpellCore

/// One statement of a script, with the text it came from.
package struct Statement: Sendable {
  package var body: StatementBody
  package var source: SourceText
  /// From the first token to the last, without the `;`.
  package var span: SourceSpan

  package init(body: StatementBody, source: SourceText, span: SourceSpan) {
    self.body = body
    self.source = source
    self.span = span
  }
}

package enum StatementBody: Sendable, Equatable {
  case select(SelectStatement)
  case show(ShowStatement)
  case showSQL(ShowSQLStatement)
  case describe(DescribeStatement)
  case explain(ExplainStatement)
  case profile(ProfileStatement)
  case check(CheckStatement)
  case importRows(ImportStatement)
  case set(SetStatement)
}

/// `SHOW GROUPS LIKE 'w%'`: what the catalog holds. Never opens the database.
package struct ShowStatement: Sendable, Equatable {
  package enum Subject: String, Sendable, CaseIterable { case all, entities, groups, features, sets }

  package var subject: Subject
  package var group: Name?
  package var like: Literal?
  package var output: OutputClause

  package init(subject: Subject, group: Name? = nil, like: Literal? = nil, output: OutputClause = OutputClause()) {
    self.subject = subject
    self.group = group
    self.like = like
    self.output = output
  }
}

/// `SHOW SQL FOR select`: one statement in the engine's own SQL that gives the same rows.
package struct ShowSQLStatement: Sendable, Equatable {
  package var select: SelectStatement

  package init(select: SelectStatement) {
    self.select = select
  }
}

/// `DESCRIBE name`: a group, a feature (`feature` or `group.feature`), an entity or a set.
package struct DescribeStatement: Sendable, Equatable {
  package var qualifier: Name?
  package var name: Name

  package init(qualifier: Name? = nil, name: Name) {
    self.qualifier = qualifier
    self.name = name
  }
}

/// `EXPLAIN [ANALYZE] select`.
package struct ExplainStatement: Sendable, Equatable {
  package var select: SelectStatement
  package var isAnalyzed: Bool

  package init(select: SelectStatement, isAnalyzed: Bool = false) {
    self.select = select
    self.isAnalyzed = isAnalyzed
  }
}

/// `PROFILE item, … [AS OF moment | BEFORE moment] [WHERE condition]`: what the stored rows of features hold.
package struct ProfileStatement: Sendable, Equatable {
  package var items: [SelectItem]
  package var cut: MomentCut?
  package var condition: Condition?
  package var output: OutputClause

  package init(
    items: [SelectItem] = [], cut: MomentCut? = nil, condition: Condition? = nil, output: OutputClause = OutputClause()
  ) {
    self.items = items
    self.cut = cut
    self.condition = condition
    self.output = output
  }
}

/// `CHECK [group, …] [DEEP]`: the metadata against the database.
package struct CheckStatement: Sendable, Equatable {
  /// None: all of the catalog's.
  package var groups: [Name]
  /// Whether every row is read.
  package var isDeep: Bool
  package var output: OutputClause

  package init(groups: [Name] = [], isDeep: Bool = false, output: OutputClause = OutputClause()) {
    self.groups = groups
    self.isDeep = isDeep
    self.output = output
  }
}

/// `IMPORT path INTO group …`.
package struct ImportStatement: Sendable, Equatable {
  package enum Mode: String, Sendable { case append, replace }

  package var path: PathExpression
  package var group: Name
  /// Absent: append.
  package var mode: Mode?
  package var reading: FileReading

  package init(path: PathExpression, group: Name, mode: Mode? = nil, reading: FileReading = FileReading()) {
    self.path = path
    self.group = group
    self.mode = mode
    self.reading = reading
  }
}

/// `SET name = value`.
package struct SetStatement: Sendable, Equatable {
  package var name: Name
  /// A word (`SET format = csv`) is a text literal.
  package var value: Literal

  package init(name: Name, value: Literal) {
    self.name = name
    self.value = value
  }
}
