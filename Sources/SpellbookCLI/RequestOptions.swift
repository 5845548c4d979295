import ArgumentParser
import Spellbook

/// How a delimited file is read.
struct FileOptions: ParsableArguments {
  @Option(help: "The character between fields. Default: a comma, or a tab in .tsv files.")
  var delimiter: String?

  @Option(
    name: .customLong("null"),
    help: ArgumentHelp("Text that stands for NULL, such as NA; repeatable.", valueName: "text"))
  var nulls: [String] = []

  /// The file of an argument or of `--input-file`; one of them names it.
  func request(argument: String?, inputFile: String?, what: String) throws -> FileRequest {
    guard let path = argument ?? inputFile else {
      throw UsageMessages.missingFile(of: what)
    }
    guard argument == nil || inputFile == nil else {
      throw UsageMessages.fileNamedTwice(of: what)
    }
    return FileRequest(path: path, delimiter: delimiter, nulls: nulls)
  }
}

/// Where results go.
struct OutputOptions: ParsableArguments {
  @Option(
    name: [.customLong("output"), .customLong("output-file")],
    help: ArgumentHelp("File to write. Default: standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace the output file if it exists.")
  var overwrite = false

  var request: OutputRequest { OutputRequest(path: output, overwrites: overwrite) }
}

/// Which features.
struct FeatureOptions: ParsableArguments {
  @Option(
    name: [.customLong("feature"), .customLong("features")],
    help: ArgumentHelp("Features, as in weather.temp,planes.seats; repeatable.", valueName: "list"))
  var features: [String] = []
}
