/// The prose of the shell.
enum ShellMessages {
  /// Five lines of orientation.
  static let help = """
    A statement ends with ; and may take several lines. For example:
      SHOW ALL;                     every entity, group and feature of the metadata
      DESCRIBE name;                one of them in full
      SELECT FEATURES group.feature AS OF moment_column JOIN 'labels.csv' INTO 'training.csv';
    Up recalls statements, Ctrl-C clears the line or stops what runs, Ctrl-D or quit ends the shell.

    """
}
