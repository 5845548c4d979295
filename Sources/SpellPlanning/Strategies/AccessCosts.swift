/// What fetching rows costs on an engine, in milliseconds, measured with 100 to 100,000 keys of a table of 10 million
/// rows, and 10 to 10,000 moments of one of 2 million. Only the proportions decide, so that figures of one machine do
/// for others.
package struct AccessCosts: Sendable {
  /// A statement, whatever it does.
  package var statement: Double
  /// A row of a scan.
  package var scannedRow: Double
  /// A key that is looked up in an index.
  package var key: Double
  /// A row that an index leads to.
  package var foundRow: Double
  /// A moment of a key whose newest row is sought, that row included.
  package var moment: Double
  /// The same where all moments come in one array.
  package var servedMoment: Double
  /// What a server takes to begin with a table that it passes over.
  package var look: Double
  /// A row that a server looks at and keeps to itself.
  package var servedRow: Double
  /// A row of a key that is asked for, which a server compares with others.
  package var joinedRow: Double

  package init(
    statement: Double, scannedRow: Double, key: Double, foundRow: Double, moment: Double, servedMoment: Double = 0,
    look: Double = 0, servedRow: Double = 0, joinedRow: Double = 0
  ) {
    self.statement = statement
    self.scannedRow = scannedRow
    self.key = key
    self.foundRow = foundRow
    self.moment = moment
    self.servedMoment = servedMoment
    self.look = look
    self.servedRow = servedRow
    self.joinedRow = joinedRow
  }
}
