import SpellCore
import SpellPlanning
import SpellTables

/// What a pass over the labels has to find out.
struct LabelRequest {
  var plan: SelectPlan
  /// The zone of naive moments.
  var zone: Zone
  /// Label columns that need an inferred type.
  var inferredColumns: Set<Int>
  /// Label columns whose cells conditions and ORDER BY read.
  var capturedColumns: Set<Int>
  var keepsOffsets: Bool
  /// How many labels are held at a time.
  var memory: LabelMemory
}

/// Reads keys and moments of the labels, in consecutive chunks that fit the memory.
struct LabelReader: LabelChunks, ~Copyable {
  let file: LabelFile
  let request: LabelRequest
  /// How moments are compared: on an axis of numbers, fractions in the labels ask for reals.
  private(set) var coding: AxisCoding
  private let cancellation: Cancellation
  private let progress: any Progress
  private let momentColumn: Int?
  /// Whether the moments are in the only column that can hold them, as far as its first ones tell.
  private let isMomentColumnTrusted: Bool
  private var reader: CSVReader
  /// The labels that LIMIT leaves, where it cuts them before anything is looked up.
  private let cut: LabelCut
  /// Records that were read, without the one at hand.
  private var position = 0
  /// Whether a record was read that no chunk has yet.
  private var hasRecord = false
  private var inferences: [Int: TypeInference] = [:]

  init(
    _ file: LabelFile, _ request: LabelRequest, cancellation: Cancellation, progress: any Progress
  ) throws {
    progress.beginReading("the labels", estimate: nil)
    let cut = LabelCut(plan: request.plan)
    var trustsTheLast = false
    let momentColumn: Int?
    switch request.plan.cut.moment {
    case .column(let column): momentColumn = column
    case .inferredColumn:
      // Labels that LIMIT leaves out count too, and are not read again.
      trustsTheLast = cut.start == 0 && cut.end == nil
      momentColumn = try MomentColumnFinder.column(
        of: file, plan: request.plan, zone: request.zone, trustsTheLast: trustsTheLast, cancellation: cancellation)
    case .constant, .none: momentColumn = nil
    }
    let coding = try AxisCoding(for: request.plan)
    let reader = try file.makeReader()
    self.file = file
    self.request = request
    self.cancellation = cancellation
    self.progress = progress
    self.momentColumn = momentColumn
    self.reader = reader
    self.coding = coding
    self.cut = cut
    isMomentColumnTrusted = trustsTheLast
  }

  var hasMore: Bool { hasRecord && !isPastCut }

  /// All of the file: what is asked of all labels is found out with the first.
  var bytesRead: Int { file.source.size }

  /// What is asked of all labels, which is whether their numbers have fractions and which types columns have, is found
  /// out in this call.
  mutating func first() throws -> LabelTable {
    while true {
      for column in request.inferredColumns { inferences[column] = TypeInference() }
      if let chunk = try readChunk(), try lookAtTheRest() {
        chunk.setTypes(inferences.compactMapValues(\.type))
        inferences = [:]
        return chunk.table
      }
      coding = try AxisCoding(for: request.plan, hasFraction: true)
      reader = try file.makeReader()
      position = 0
    }
  }

  mutating func next(after labels: LabelTable) throws -> LabelTable {
    progress.beginReading("the labels", estimate: nil)
    // That no fraction follows was seen before.
    guard let chunk = try readChunk() else { throw file.source.changeProblem }
    chunk.setTypes(labels.inferredTypes)
    return chunk.table
  }

  /// Reads labels up to the limit; nil if a moment has a fraction and the coding is of integers.
  private mutating func readChunk() throws -> LabelChunk? {
    let chunk = LabelChunk(of: file, request, momentColumn: momentColumn, coding: coding)
    if position == 0 { hasRecord = try reader.next() }
    var rowCount = 0
    var mostRows = request.memory.rows(beside: chunk.table)
    while hasRecord, rowCount < mostRows, !isPastCut {
      if position & 0xFFF == 0 {
        try cancellation.check()
        progress.advance(to: position)
      }
      if !inferences.isEmpty { infer() }
      if position >= cut.start {
        do {
          guard try chunk.take(reader) else { return nil }
        } catch {
          try checkMomentColumn()
          throw error
        }
        rowCount += 1
        if chunk.isFlushed { mostRows = request.memory.rows(beside: chunk.table) }
      }
      position += 1
      hasRecord = try reader.next()
    }
    chunk.flush()
    return chunk
  }

  private var isPastCut: Bool { cut.end.map { position >= $0 } ?? false }

  private mutating func infer() {
    for column in inferences.keys {
      let field = reader.field(column)
      if !file.isNull(field) { inferences[column]?.look(at: reader.value(of: column)) }
    }
  }

  /// Looks at the labels beyond the first chunk for what is asked of all of them; false if a moment has a fraction and
  /// the coding is of integers. Beyond the cut of LIMIT the type of a column still counts.
  private mutating func lookAtTheRest() throws -> Bool {
    let looksForFractions = request.plan.axis == .number && coding == .integers && momentColumn != nil && !isPastCut
    let looksAtMoments = looksForFractions || isMomentColumnTrusted
    guard hasRecord, looksAtMoments || !inferences.isEmpty else { return true }
    let (start, rest) = (position, reader.recordOffset)
    let line = reader.line
    let parser = MomentParser(
      axis: request.plan.axis, storage: file.momentStorage, zone: request.zone, coding: coding)
    defer { position = start }
    while hasRecord {
      if position & 0xFFF == 0 { try cancellation.check() }
      infer()
      if looksAtMoments, !isPastCut, let momentColumn, !file.isNull(reader.field(momentColumn)) {
        switch parser.parse(reader.value(of: momentColumn)) {
        case .fraction: return false
        case .problem: try checkMomentColumn()
        case .code, .inexact: break
        }
      }
      position += 1
      hasRecord = try reader.next()
    }
    reader = file.makeReader(at: rest, line: line)
    hasRecord = try reader.next()
    return true
  }

  /// Throws if the moments are in a column that no one named, and that holds something else as well.
  private func checkMomentColumn() throws {
    guard isMomentColumnTrusted else { return }
    _ = try MomentColumnFinder.column(of: file, plan: request.plan, zone: request.zone, cancellation: cancellation)
  }
}
