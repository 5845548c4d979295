import Glibc
import SpellCore
import SpellTables
import TestSupport
import Testing

/// The code and message of the error that a piece of work ends with; nil if it ends well.
func problem(_ work: () throws -> Void) -> (
  code: String, message: String, diagnostic: Diagnostic, kind: SpellError.Kind
)? {
  do {
    try work()
    return nil
  } catch let error as SpellError {
    let diagnostic = error.diagnostics[0]
    return (diagnostic.code, diagnostic.message, diagnostic, error.kind)
  } catch {
    return ("unexpected", "\(error)", Diagnostic(code: "unexpected", "\(error)"), .statement)
  }
}

extension RowBatch {
  /// A batch of rows of values, each of the type of its column; NULL anywhere.
  convenience init(_ types: [ValueType], _ rows: [[Value]]) {
    self.init(types: types, capacity: rows.count)
    for (row, values) in rows.enumerated() {
      for (column, value) in zip(columns, values) { column.set(row, value) }
    }
    count = rows.count
  }
}

extension Column {
  func set(_ row: Int, _ value: Value) {
    switch value {
    case .null: setNull(row)
    case .int(let number): set(row, integer: number)
    case .float(let number): set(row, double: number)
    case .bool(let bool): set(row, integer: bool ? 1 : 0)
    case .datetime(let instant): set(row, integer: instant.microseconds)
    case .date(let days): set(row, integer: days)
    case .decimal(let text), .str(let text), .uuid(let text): withBytes(of: text) { set(row, bytes: $0) }
    case .bytes(let bytes): bytes.withUnsafeBufferPointer { set(row, bytes: $0) }
    }
  }
}

/// Prints rows in a format, in batches of one row, so that borders of batches are seen too.
func printed(
  _ format: String, _ columns: [(name: String, type: ValueType)], _ rows: [[Value]],
  options: FormatOptions = FormatOptions()
) throws -> String {
  let target = MemoryTarget()
  let entry = try #require(ResultFormats.named(format))
  let sink = FormattedSink(format: entry.make(options), target: target)
  try sink.begin(columns.map { ResultColumn(name: $0.name, type: $0.type, role: .feature) })
  for row in rows { try sink.write(RowBatch(columns.map(\.type), [row]), rawLabels: nil) }
  try sink.finish()
  return String(decoding: target.bytes, as: UTF8.self)
}

/// A record as a test sees it: the fields' text, nil for empty without quotes.
struct Record: Equatable {
  var fields: [String?]
  var raw: String
  var offset: Int
  var line: Int
}

/// Reads a whole file of records.
func records(
  _ bytes: [UInt8], delimiter: Character = ",", blockSize: Int = 1 << 20, recordLimit: Int = 1 << 20
) throws -> [Record] {
  let folder = try TemporaryFolder()
  try writeFile(folder.file("t.csv"), bytes)
  var reader = CSVReader(
    source: try ByteSource(path: folder.file("t.csv")), delimiter: try #require(delimiter.asciiValue),
    blockSize: blockSize, recordLimit: recordLimit)
  var result: [Record] = []
  while try reader.next() {
    var fields: [String?] = []
    for index in 0..<reader.fieldCount {
      let field = reader.field(index)
      fields.append(field.raw.isEmpty && !field.isQuoted ? nil : String(bytes: reader.value(of: index)))
    }
    result.append(
      Record(fields: fields, raw: String(bytes: reader.rawRecord), offset: reader.recordOffset, line: reader.line))
  }
  return result
}

func records(_ text: String, delimiter: Character = ",", blockSize: Int = 1 << 20) throws -> [Record] {
  try records(Array(text.utf8), delimiter: delimiter, blockSize: blockSize)
}

/// Runs work on a thread of its own: what blocks must not hold a thread of the tests' pool.
final class Background {
  private final class Work {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private var thread = pthread_t()

  init(_ run: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(Work(run))
    pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, work.toOpaque())
  }

  func wait() { pthread_join(thread, nil) }
}
