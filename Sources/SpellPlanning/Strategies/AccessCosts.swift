/// What fetching rows costs on an engine, in milliseconds, measured with 100 to 100,000 keys of a table of 10 million
/// rows. Only the proportions decide, so that figures of one machine do for others.
package struct AccessCosts: Sendable {
  /// A statement, whatever it does.
  package var statement: Double
  /// A row of a scan.
  package var scannedRow: Double
  /// A key that is looked up in an index.
  package var key: Double
  /// A row that an index leads to.
  package var foundRow: Double

  package init(statement: Double, scannedRow: Double, key: Double, foundRow: Double) {
    self.statement = statement
    self.scannedRow = scannedRow
    self.key = key
    self.foundRow = foundRow
  }
}
