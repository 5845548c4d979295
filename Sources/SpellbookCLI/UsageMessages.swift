import ArgumentParser

/// The prose of wrong usage that ArgumentParser cannot find by itself.
enum UsageMessages {
  static func malformedParameter(_ text: String) -> ValidationError {
    ValidationError("--param takes name=value, not '\(text)'")
  }

  static func unknownColour(_ text: String) -> ValidationError {
    ValidationError("--color takes auto, always or never, not '\(text)'")
  }

  static var inputOfSubcommand: ValidationError {
    ValidationError("-c and -f are run without a subcommand: leave out one or the other")
  }

  /// `what` is labels or rows.
  static func missingFile(of what: String) -> ValidationError {
    ValidationError("the \(what) are not named: give a CSV file as an argument, or with --input-file")
  }

  static func fileNamedTwice(of what: String) -> ValidationError {
    ValidationError("the \(what) are named twice: as an argument, and with --input-file")
  }

  static var unprintableImport: ValidationError {
    ValidationError("--if-exists fail has no form in the language, so that --print cannot show it")
  }

  /// `reason` is the loader's.
  static func noEditor(missing reason: String?) -> ValidationError {
    let otherwise = "use -c, -f or a pipe"
    guard let reason else { return ValidationError("lines cannot be edited on this terminal: \(otherwise)") }
    return ValidationError("lines cannot be edited without libedit: install libedit2, or \(otherwise) (\(reason))")
  }

  static func negativeLimit(_ limit: Int) -> ValidationError {
    ValidationError("--limit takes a count, not \(limit)")
  }

  static var rerunWithoutExport: ValidationError {
    ValidationError("--rerun is for --export FILE; to run a single statement again write \\rerun in the shell")
  }

  static var noHistory: ValidationError { ValidationError("--no-history leaves nothing to list") }

  static var metadataOfInit: ValidationError {
    ValidationError("init makes metadata and reads none: --output names the file to make")
  }

  static var unprintableInit: ValidationError {
    ValidationError("init has no form in the language, so that --print cannot show it")
  }
}
