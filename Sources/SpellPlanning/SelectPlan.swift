import SpellCore
import SpellCatalog

/// A SELECT, or what a PROFILE wants of a group, with every name resolved, every type known and a strategy for each use
/// of a group.
package struct SelectPlan: Sendable {
  /// Nil for a snapshot, and for versions.
  package var labels: LabelPlan?
  package var cut: CutPlan
  /// The versions that are wanted of the one use; nil for a join and for a snapshot.
  package var versions: VersionRange?
  package var known: KnownRule
  package var axis: Axis
  /// In order of first mention.
  package var uses: [GroupUse]
  /// Everything that is printed, in order.
  package var columns: [PlannedColumn]
  /// The conjuncts of WHERE that speak of keys alone: they decide which keys are asked for.
  package var keyCondition: PlannedCondition?
  /// The rest of WHERE, over the result.
  package var condition: PlannedCondition?
  package var order: [PlannedOrder]
  package var limit: Int?
  package var offset: Int
  /// The SQL of the engine at hand.
  package var dialect: any Dialect
  /// What is known of the engine; nil if it is in our process.
  package var server: ServerFacts?
  /// The strategy that the user forces; nil for the planner's choice.
  package var strategy: Strategy?
  /// What gives the whole result, where the engine does all of the work; nil where each use is fetched.
  package var statement: ServerStatement?
  /// What the user should know of the plan as a whole: the strategy is not the one that was forced.
  package var note: String?

  /// Whether LIMIT and OFFSET cut the labels themselves: nothing else chooses or orders rows.
  package var cutsLabelsFirst: Bool { condition == nil && keyCondition == nil && order.isEmpty }

  /// What a use is asked for: its features, or its windows by their names in the result.
  package func answerNames(ofUse use: Int) -> [String] {
    uses[use].answeringFeatures.map(\.feature.name)
      + uses[use].windows.indices.map { window in
        columns.first { $0.origin == .window(use: use, window: window) }?.name
          ?? uses[use].windows[window].function.text
      }
  }
}

/// The labels, as far as the plan needs them.
package struct LabelPlan: Sendable {
  package var columnNames: [String]
  /// Nil for a file.
  package var table: LabelTablePlan?
}

/// The axis on which moments are compared.
package enum Axis: Sendable, Equatable {
  case time
  case number
}

/// Where the moment of a row comes from.
package struct CutPlan: Sendable {
  package enum Moment: Sendable {
    /// No timed group is named.
    case none
    /// A label column.
    case column(Int)
    /// The only label column whose every value is a moment; known once the labels were read.
    case inferredColumn
    case constant(AxisPoint)
  }

  package var moment: Moment
  /// Added to every moment.
  package var offset: SignedInterval?
  /// BEFORE: a row available at the very moment does not count.
  package var isStrict: Bool

  /// Of a statement that goes by no moment.
  static let none = CutPlan(moment: .none, offset: nil, isStrict: false)
}

/// Stored rows with an event from the first point on and before the second.
package struct VersionRange: Sendable {
  package var from: AxisPoint
  package var to: AxisPoint
}

/// A point on an axis.
package enum AxisPoint: Sendable, Equatable {
  /// Microseconds of UTC.
  case time(Int64)
  case number(AxisNumber)
}

/// `+ 1h` or `- 1h`.
package struct SignedInterval: Sendable {
  package var isNegative: Bool
  package var length: Interval
}

/// Which rows count as known.
package enum KnownRule: Sendable {
  case all
  /// Created by the row's own moment.
  case byMoment
  /// Created at this point or before.
  case at(AxisPoint)
}

/// A group in a statement: what of it is read, how its key maps to labels, and how its rows are fetched.
package struct GroupUse: Sendable {
  /// One key: its column in the table, its type, and the label column that it is compared with.
  package struct Key: Sendable {
    package var entity: String
    package var name: String
    package var type: ValueType
    package var column: String
    /// How moments are stored, for keys of type datetime.
    package var storage: TimestampStorage
    /// Nil in a snapshot.
    package var labelColumn: Int?
  }

  /// A feature that is read, with the type that its values have.
  package struct UsedFeature: Sendable {
    package var feature: Feature
    package var type: ValueType
    /// How moments are stored, for features of type datetime.
    package var storage: TimestampStorage
  }

  package var group: Group
  package var keys: [Key]
  /// Selected features in metadata order, which is also the order that decides ties; of a use of windows what they
  /// read.
  package var features: [UsedFeature]
  /// What is made of rows up to a moment; empty where one row answers.
  package var windows: [WindowPlan] = []
  /// Nil for a static group.
  package var event: EventPlan?
  /// WITHIN, else the group's own; nil without a limit.
  package var ttl: Interval?
  package var delay: Interval?
  /// What the database knows of the table.
  package var facts: TableFacts
  /// The access that serves every group.
  package var scan: AccessPlan
  /// The access that was chosen.
  package var access: AccessPlan

  package var isStatic: Bool { event == nil }

  /// The features that the row that answers is asked for.
  package var answeringFeatures: [UsedFeature] { windows.isEmpty ? features : [] }

  /// How far back the windows go; nil where one goes all the way, or there are none.
  package var longestWindow: Interval? {
    guard var longest = windows.first?.length else { return nil }
    for window in windows {
      guard let length = window.length else { return nil }
      if length.exceeds(longest) == true { longest = length }
    }
    return longest
  }

  /// The lengths of the windows, each once; nil for one that goes all the way back.
  var windowLengths: [Interval?] {
    windows.reduce(into: []) { lengths, window in
      if !lengths.contains(window.length) { lengths.append(window.length) }
    }
  }

  /// The name of what labels ask for within a statement: not that of the table, which it would hide.
  var nameOfAsked: String {
    if case .table(let table) = group.source, table.parts.last?.lowercased() == "asked" { return "\"ranges\"" }
    return "\"asked\""
  }

  /// For messages: a statement may use a group in two ways.
  package var title: String { windows.isEmpty ? group.name : "\(group.name) windows" }
}

/// An aggregate of the rows of a key whose events lie in a window that ends at the moment.
package struct WindowPlan: Sendable {
  /// Over the features and keys of the use, a key by its position.
  package struct Filter: Sendable {
    package var condition: PlannedCondition
    /// Canonical.
    package var text: String
    /// Of naive times in it.
    package var zone: Zone

    /// Whether windows with either have one filter. By bytes, for texts are compared so.
    package func isSame(as other: Filter) -> Bool {
      text.utf8.elementsEqual(other.text.utf8) && zone.name == other.zone.name
    }
  }

  package var function: AggregateFunction
  /// Which feature of the use; nil for the rows themselves.
  package var argument: Int?
  /// Nil: every row up to the moment.
  package var length: Interval?
  package var filter: Filter?
  package var type: ValueType
  /// The feature of the metadata that it is, if it is one.
  package var feature: String?
  /// In the statement, or in the metadata.
  package var location: SourceLocation
}

extension GroupUse {
  /// `AVG(arr_delay) FILTER (WHERE distance > 500) OVER 7d`
  package func text(of window: WindowPlan) -> String {
    let argument = window.argument.map { features[$0].feature }
    // What the metadata declares is of a column, which need not be a feature.
    let name = argument.map { $0.aggregate == nil ? $0.name : $0.column } ?? "*"
    let filter = window.filter.map { " FILTER (WHERE \($0.text))" } ?? ""
    return "\(window.function.text)(\(name))\(filter) OVER \(window.length.map(IntervalText.text) ?? "ALL")"
  }
}

/// The columns that place a row on the axis.
package struct EventPlan: Sendable {
  package var column: String
  package var createdColumn: String?
  package var storage: TimestampStorage
  /// Of the created column, where it differs: an engine's own time type beside one that is none.
  package var createdStorage: TimestampStorage
  /// On a number axis: whether the column may hold fractions.
  package var isFractional: Bool

  /// The type as which a driver reads events: decided by the table alone, never by the labels.
  package var readingType: ValueType { storage != .number ? .datetime : isFractional ? .float : .int }
}

/// How the rows of a use are fetched: columns come as keys, event, created, features.
package struct AccessPlan: Sendable {
  package var strategy: Strategy
  /// Why, in words.
  package var reason: String
  /// Without its order; empty where a statement of the plan's own does all of the work.
  package var sql: String
  package var estimatedRows: Int?
  /// An estimate in milliseconds.
  package var cost: Double?
  /// Whether only rows come that some label could take, so that nobody knows of a key what else it has.
  package var isOfMoments = false
  /// After so many rows a scan is the better choice after all; nil without a limit.
  package var rowLimit: Int?
  /// The table that the statement reads from start to end, if it does nothing else.
  package var scannedTable: TableName?
  /// The order of keys, where the rows of a key must come together and keys in order; nil for any.
  package var order: RowOrder?
  /// The index that leads to the rows; nil for none.
  package var index: String?
  /// What an engine adds up of rows that are in the same windows, to send one row in place of theirs: columns come as
  /// keys, the latest event, and of each the number and, if there is one, the sum. Empty where rows come.
  package var sums: [RowSum] = []
  /// The strategies that were not taken.
  package var alternatives: [Alternative] = []
  /// What the user should know: the strategy is not the one that was forced.
  package var note: String?
}

extension AccessPlan {
  /// What the engine is asked.
  package var statement: String { sql + (order?.clause ?? "") }

  package var isOrdered: Bool { order != nil }

  /// Of a use whose access is yet to be planned.
  package static let none = AccessPlan(strategy: .scan, reason: "", sql: "", estimatedRows: nil)
}

/// A column of the result.
package struct PlannedColumn: Sendable {
  package enum Origin: Sendable, Hashable {
    /// A label column.
    case label(Int)
    /// A key of a snapshot.
    case key(Int)
    case feature(use: Int, feature: Int)
    case window(use: Int, window: Int)
    /// The event of the chosen row.
    case timestamp(use: Int)
  }

  package var name: String
  package var origin: Origin
  /// Nil for label columns whose type is inferred from the file.
  package var type: ValueType?
}

/// A term of ORDER BY.
package struct PlannedOrder: Sendable {
  package var origin: PlannedColumn.Origin
  package var isDescending: Bool
}
