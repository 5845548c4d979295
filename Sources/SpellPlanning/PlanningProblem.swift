import SpellCore
import SpellCatalog

/// What can be wrong with a statement whose syntax is right: facts only. `PlanningMessages` holds the words.
package enum PlanningProblem: Sendable {
  /// What a name was expected to be.
  package enum NameKind: String, Sendable {
    case featureOrSet = "feature or feature set"
    case group
    case labelColumn = "label column"
    case outputColumn = "column"
    case key = "entity key"
    case strategy
    case setting
    case subject = "group, feature, entity or set"

    /// Of the diagnostic.
    var code: String {
      switch self {
      case .featureOrSet: "unknown-feature"
      case .subject: "unknown-name"
      case .group, .labelColumn, .outputColumn, .key, .strategy, .setting:
        "unknown-" + rawValue.split(separator: " ").joined(separator: "-")
      }
    }
  }

  case unknownName(String, kind: NameKind, candidates: [String])
  /// A group where features are meant.
  case groupForFeature(String)
  case unknownFeature(String, group: String, candidates: [String])
  case ambiguousName(String, choices: [String])
  case exceptOnSingleFeature(String)
  case exceptRemovesNothing(String, item: String, candidates: [String])
  case aliasOnSeveral(String)
  case everythingExcepted
  /// Two columns of one name; `sources` says what both are.
  case nameClash(String, sources: [String], isFullNamed: Bool)
  case keyWithoutLabelColumn(key: String, group: String, columns: [String])
  case ambiguousKey(String, entities: [String])
  case keyMappedTwice(String)
  case mappingWithoutLabels
  case differentEntities(first: String, firstKeys: [String], second: String, secondKeys: [String])
  case columnMomentWithoutLabels(String)
  case momentNeeded
  case notAMoment(String, axis: Axis, problem: TimeProblem?)
  case intervalOffAxis(String, axis: Axis)
  case mixedAxes(first: String, second: String)
  case knownWithoutCreated(group: String)
  case withinNotAboveDelay(within: String, delay: String, group: String)
  case ttlNotAboveDelay(ttl: String, delay: String, group: String)
  /// `what` is ttl or delay.
  case lengthOffAxis(String, what: String, group: String, axis: Axis)
  case timeUnitOffAxis
  case besideVersions(VersionsConflict)
  case versionsOfSeveral(groups: [String])
  case versionsOfStatic(group: String)
  case versionsBackwards(from: String, to: String)
  case unknownTable(TableName, group: String, candidates: [String])
  case unknownColumn(String, table: String, role: String, candidates: [String])
  /// Columns that the role may not read; nil: none of the table's.
  case unreadable(column: String?, table: String, role: String)
  /// A column without a declared type that holds values of several kinds.
  case mixedValues(column: String, table: String, role: String)
  case repeatedColumn(String, table: String)
  case typeNeverFits(column: String, table: String, stored: String, declared: ValueType, role: String)
  case notAnEventColumn(column: String, table: String, stored: String, axis: Axis)
  case keyTypesDiffer(key: String, first: String, firstType: ValueType, second: String, secondType: ValueType)
  case differentTypes(left: String, right: String)
  case badLiteral(String, type: ValueType)
  case likeOnOther(ValueType)
  case labelTable(LabelTableProblem)
  case window(WindowProblem)
  /// What the engine's own SQL cannot say.
  case inexpressible(SQLSubject, SQLObstacle)
}

/// What says nothing of stored versions, so that it cannot stand beside VERSIONS.
package enum VersionsConflict: Sendable { case labels, knownByMoment, within, timestamps }

/// What can be wrong with a window.
package enum WindowProblem: Sendable {
  case ofStatic(group: String)
  case ofAggregate(AggregateFunction, feature: String)
  case ofSet(String)
  /// The argument is of one group, and IN names another.
  case twoGroups(String, String)
  case argumentType(AggregateFunction, ValueType, feature: String)
  case zero
  case notAboveDelay(length: String, delay: String, group: String)
  /// `message` is what is wrong with its text.
  case filter(feature: String, message: String?)
  case parameterInFilter(feature: String)
  /// In PROFILE, and beside VERSIONS.
  case amongStoredRows
  /// WITHIN, where nothing but windows is asked for.
  case within
}

/// What can be wrong with a table of labels.
package enum LabelTableProblem: Sendable {
  case unknown(TableName, candidates: [String])
  /// A column that the role may not read; nil: none of the table's.
  case unreadable(column: String?, table: String)
  /// A column without a declared type that holds values of several kinds.
  case mixedValues(column: String, table: String)
  case keyNeverFits(column: String, table: String, stored: String, type: ValueType, key: String)
  /// `unit` is what TIME says.
  case noMoments(column: String, table: String, stored: String, isInt: Bool, axis: Axis, unit: String?)
}

/// What of a statement the engine's SQL cannot say.
package enum SQLSubject: Sendable {
  case column(String, table: String, role: String)
  case outputColumn(String)
  case labelColumn(String)
  case window(AggregateFunction)
  case condition
}

/// Why strategy `server` cannot carry a SELECT out.
package enum ServerObstacle: Error, Sendable {
  case inexpressible(SQLSubject, SQLObstacle)
  /// More labels of a file than a statement carries.
  case manyLabels
  /// A field of a label that no statement can hold.
  case unwritableLabel(column: String, place: String)
  /// The engine did not run the statement, in its own words.
  case refused(String)
}

/// A problem and the place that it is about: of the statement, or of the metadata.
package struct LocatedProblem: Sendable {
  package var problem: PlanningProblem
  package var location: SourceLocation

  package init(_ problem: PlanningProblem, at location: SourceLocation) {
    self.problem = problem
    self.location = location
  }
}
