import SpellCore
import SpellTables
import TestSupport
import Testing

@testable import SpellExecution

/// Pages that a thread of its own writes arrive as they would without one.
@Suite struct SinkWriterTests {
  /// Fails at a batch, if it is told to.
  private final class FailingSink: ResultSink {
    struct Failure: Error, Equatable { let batch: Int }

    let failingBatch: Int?
    var values: [Int64] = []
    var wrongLabels = 0
    var batchCount = 0

    init(failingBatch: Int? = nil) { self.failingBatch = failingBatch }

    var rawLabelDelimiter: UInt8? { nil }

    func begin(_ columns: [ResultColumn]) {}

    func write(_ batch: RowBatch, rawLabels: Column?) throws {
      if batchCount == failingBatch { throw Failure(batch: batchCount) }
      batchCount += 1
      for row in 0..<batch.count {
        values.append(batch.columns[0].integer(row))
        if rawLabels.map({ String(bytes: $0.bytes(row)) }) != "\(values.count)" { wrongLabels += 1 }
      }
    }

    func finish() {}
  }

  private static let pages = 40

  private func write(to sink: FailingSink, pages: Int = pages, announced: Int, ends: Bool = true) throws {
    let writer = SinkWriter(sink, types: [.int], takesRawLabels: true)
    writer.begin(rows: announced)
    var value = 0
    for page in 0..<pages {
      let count = page % 3 == 0 ? writer.pageRows : 1 + page
      for row in 0..<count {
        value += 1
        writer.page.batch.columns[0].set(row, integer: Int64(value))
        var text = "\(value)"
        text.withUTF8 { writer.page.rawLabels?.set(row, bytes: $0) }
      }
      writer.page.batch.count = count
      try writer.write()
    }
    if ends { try writer.end() }
  }

  @Test(arguments: [0, 1 << 20]) func pagesArriveInOrder(announced: Int) throws {
    let sink = FailingSink()
    try write(to: sink, announced: announced)
    #expect(sink.wrongLabels == 0 && sink.batchCount == Self.pages)
    #expect(sink.values == (1...Int64(sink.values.count)).map { $0 })
  }

  @Test(arguments: [0, 1 << 20], [0, 1, 7, pages - 1])
  func aFailureEndsTheWriting(announced: Int, failingBatch: Int) throws {
    let sink = FailingSink(failingBatch: failingBatch)
    #expect(throws: FailingSink.Failure(batch: failingBatch)) { try write(to: sink, announced: announced) }
    #expect(sink.batchCount == failingBatch)
  }

  @Test func nothingIsWrittenAfterAnAbandonedWriter() throws {
    for pages in 1..<8 {
      let sink = FailingSink()
      try write(to: sink, pages: pages, announced: 1 << 20, ends: false)
      let count = sink.batchCount
      #expect(count <= pages)
      try write(to: sink, pages: 0, announced: 1 << 20)
      #expect(sink.batchCount == count)
    }
  }
}
