import SpellCore

/// `SELECT FEATURES …`: a point-in-time join with `JOIN`, the stored versions of a group with `VERSIONS`, else a
/// snapshot.
package struct SelectStatement: Sendable, Equatable {
  package var items: [SelectItem]
  package var cut: MomentCut?
  package var versions: VersionsClause?
  package var known: KnownClause?
  package var within: IntervalExpression?
  package var labels: LabelClause?
  package var keyMappings: [KeyMapping]
  package var condition: Condition?
  package var order: [OrderTerm]
  package var limit: IntegerExpression?
  package var offset: IntegerExpression?
  package var withTimestamps: Bool
  package var withFullNames: Bool
  package var output: OutputClause

  package init(
    items: [SelectItem], cut: MomentCut? = nil, versions: VersionsClause? = nil, known: KnownClause? = nil,
    within: IntervalExpression? = nil, labels: LabelClause? = nil, keyMappings: [KeyMapping] = [],
    condition: Condition? = nil, order: [OrderTerm] = [], limit: IntegerExpression? = nil,
    offset: IntegerExpression? = nil, withTimestamps: Bool = false, withFullNames: Bool = false,
    output: OutputClause = OutputClause()
  ) {
    self.items = items
    self.cut = cut
    self.versions = versions
    self.known = known
    self.within = within
    self.labels = labels
    self.keyMappings = keyMappings
    self.condition = condition
    self.order = order
    self.limit = limit
    self.offset = offset
    self.withTimestamps = withTimestamps
    self.withFullNames = withFullNames
    self.output = output
  }
}

/// One item of a select list.
package struct SelectItem: Sendable, Equatable {
  package enum Subject: Sendable, Equatable {
    /// A feature or a feature set.
    case name(Name)
    case feature(group: Name, feature: Name)
    /// `group.*`
    case all(group: Name)
    /// What a window of a group's rows holds.
    case window(WindowExpression)
  }

  package var subject: Subject
  package var alias: Name?
  /// Feature names, or `group.feature` for a set.
  package var except: [ColumnReference]

  package init(subject: Subject, alias: Name? = nil, except: [ColumnReference] = []) {
    self.subject = subject
    self.alias = alias
    self.except = except
  }
}

/// `AS OF moment` or `BEFORE moment`.
package struct MomentCut: Sendable, Equatable {
  /// BEFORE: rows available at the very moment do not count.
  package var isStrict: Bool
  package var moment: Moment

  package init(isStrict: Bool, moment: Moment) {
    self.isStrict = isStrict
    self.moment = moment
  }
}

extension MomentCut {
  /// For examples on an axis of numbers, of which the client's clock says nothing.
  package static let someNumber = MomentCut(isStrict: false, moment: Moment(base: .literal(Literal(.number("1000")))))
}

/// `VERSIONS FROM instant TO instant`: every stored row with an event from the first on and before the second.
package struct VersionsClause: Sendable, Equatable {
  package var from: Moment
  package var to: Moment
  package var span: SourceSpan
}

/// A moment, or an instant where `base` is no column.
package struct Moment: Sendable, Equatable {
  package enum Base: Sendable, Equatable {
    /// A time in quotes, a number or a parameter.
    case literal(Literal)
    case now(SourceSpan)
    /// A label column.
    case column(Name)
  }

  package var base: Base
  package var offset: MomentOffset?

  package init(base: Base, offset: MomentOffset? = nil) {
    self.base = base
    self.offset = offset
  }

  package var span: SourceSpan {
    switch base {
    case .literal(let literal): literal.span
    case .now(let span): span
    case .column(let name): name.span
    }
  }
}

/// `+ 1h` or `- 1h`.
package struct MomentOffset: Sendable, Equatable {
  package var isNegative: Bool
  package var length: IntervalExpression
}

/// `KNOWN [AT instant]`.
package struct KnownClause: Sendable, Equatable {
  /// Absent: by the row's own moment. Never a column.
  package var instant: Moment?
  package var span: SourceSpan
}

/// `JOIN path [DELIMITER ';'] [NULL 'NA', …] [TIME unix_s]` or `JOIN TABLE name [TIME unix_s]`.
package struct LabelClause: Sendable, Equatable {
  package enum Source: Sendable, Equatable {
    case file(PathExpression)
    /// A table of the database that holds the features.
    case table(TableReference)
  }

  package var source: Source
  /// Of a table TIME alone.
  package var reading: FileReading

  package init(source: Source, reading: FileReading = FileReading()) {
    self.source = source
    self.reading = reading
  }

  package init(path: PathExpression, reading: FileReading = FileReading()) {
    self.init(source: .file(path), reading: reading)
  }

  package var span: SourceSpan {
    switch source {
    case .file(let path): path.span
    case .table(let table): table.span
    }
  }
}

/// How a delimited file is read.
package struct FileReading: Sendable, Equatable {
  package var delimiter: Literal?
  package var nulls: [Literal]
  /// `unix_s`, `unix_ms` or `unix_us`; labels only, those of a table too.
  package var timeUnit: Name?

  package init(delimiter: Literal? = nil, nulls: [Literal] = [], timeUnit: Name? = nil) {
    self.delimiter = delimiter
    self.nulls = nulls
    self.timeUnit = timeUnit
  }
}

/// `key = label_column` of ON; the key may be `entity.key`.
package struct KeyMapping: Sendable, Equatable {
  package var key: ColumnReference
  package var column: Name

  package init(key: ColumnReference, column: Name) {
    self.key = key
    self.column = column
  }
}

/// One term of ORDER BY.
package struct OrderTerm: Sendable, Equatable {
  package var column: ColumnReference
  package var isDescending: Bool

  package init(column: ColumnReference, isDescending: Bool) {
    self.column = column
    self.isDescending = isDescending
  }
}

/// `[FORMAT f] [INTO path [OVERWRITE]]`.
package struct OutputClause: Sendable, Equatable {
  package var format: Name?
  package var into: PathExpression?
  package var overwrites: Bool

  package init(format: Name? = nil, into: PathExpression? = nil, overwrites: Bool = false) {
    self.format = format
    self.into = into
    self.overwrites = overwrites
  }
}
