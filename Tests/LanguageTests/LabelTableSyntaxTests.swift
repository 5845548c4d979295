import Testing

/// What is wrong with JOIN TABLE.
@Suite struct LabelTableSyntaxTests {
  @Test(arguments: LabelTableSyntaxTests.recorded)
  func says(_ text: String, _ expected: String) { #expect(SyntaxErrorTests.summary(text) == expected) }

  static let recorded: [(String, String)] = [
    (
      "SELECT FEATURES a JOIN TABLE",
      """
      1:29 [] syntax: expected the name of a table, found the end of the statement | a file called TABLE is written \
      'TABLE'
      """
    ),
    (
      "SELECT FEATURES a JOIN TABLE 'labels.csv' DELIMITER ';'",
      """
      1:30 ['labels.csv'] syntax: expected the name of a table, found the text 'labels.csv' | a file is joined \
      without TABLE
      """
    ),
    (
      "SELECT FEATURES a JOIN TABLE ON k = x",
      """
      1:30 [ON] syntax: expected the name of a table, found `ON` | a name that is also a keyword is written in \
      double quotes: "ON"
      """
    ),
    (
      "SELECT FEATURES a JOIN TABLE a.b.c.d",
      "1:35 [.] syntax: expected a clause, found `.`"
    ),
    (
      "SELECT FEATURES a JOIN TABLE l DELIMITER ';' NULL 'NA' TIME unix_s",
      """
      1:32 [DELIMITER] file-clause: DELIMITER says how a file is written, and the labels are a table | remove \
      DELIMITER; a table has columns and NULLs of its own
      1:46 [NULL] file-clause: NULL says how a file is written, and the labels are a table | remove NULL; a \
      table has columns and NULLs of its own
      """
    ),
  ]
}
