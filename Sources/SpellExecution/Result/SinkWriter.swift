import Glibc
import SpellCore
import SpellTables

/// Writes rows to a sink, page by page. Where there are many, a thread of its own formats one page while the next ones
/// are filled.
final class SinkWriter {
  /// Rows to be written.
  struct Page {
    let batch: RowBatch
    let rawLabels: Column?

    fileprivate init(types: [ValueType], takesRawLabels: Bool) {
      let rows = RowBatch.usualCapacity(columnCount: types.count)
      batch = RowBatch(types: types, capacity: rows)
      rawLabels = takesRawLabels ? Column(type: .bytes, capacity: rows) : nil
    }

    fileprivate func reset() {
      batch.reset()
      rawLabels?.reset()
    }
  }

  /// For fewer rows a thread is not worth its start.
  private static let fewestRows = 4 * RowBatch.mostRows
  /// One is filled, one is on its way, one is written.
  private static let pages = 3

  private let sink: any ResultSink
  /// The page to fill.
  private(set) var page: Page
  private let makePage: () -> Page
  private var writing: (exchange: PageExchange, thread: pthread_t)?

  /// The columns of a page have these types. With `takesRawLabels` a page has raw records of labels, too.
  init(_ sink: any ResultSink, types: [ValueType], takesRawLabels: Bool) {
    self.sink = sink
    makePage = { Page(types: types, takesRawLabels: takesRawLabels) }
    page = makePage()
  }

  /// How many rows a page has room for.
  var pageRows: Int { page.batch.capacity }

  deinit { _ = stop(discarding: true) }

  /// So many rows follow, up to `end`. Until then the sink must be left alone.
  func begin(rows: Int) {
    guard rows >= Self.fewestRows else { return }
    let exchange = PageExchange(sink)
    for _ in 1..<Self.pages { exchange.empty.put(makePage()) }
    if let thread = WorkThread.start(exchange.run) { writing = (exchange, thread) }
  }

  /// Hands the page on, and makes an empty one the page to fill. Throws what the sink throws, of this page or of one
  /// before.
  func write() throws {
    if let exchange = writing?.exchange {
      exchange.full.put(page)
      guard let next = exchange.empty.take() else { return try end() }
      page = next
    } else {
      try sink.write(page.batch, rawLabels: page.rawLabels)
    }
    page.reset()
  }

  /// Waits until everything is written.
  func end() throws { if let failure = stop(discarding: false) { throw failure } }

  private func stop(discarding: Bool) -> (any Error)? {
    guard let (exchange, thread) = writing else { return nil }
    writing = nil
    exchange.full.close(discarding: discarding)
    pthread_join(thread, nil)
    return exchange.failure
  }
}

/// The pages between a writer and its thread.
private final class PageExchange {
  let empty = Mailbox<SinkWriter.Page>()
  let full = Mailbox<SinkWriter.Page>()
  private let sink: any ResultSink
  /// Read when the thread has ended.
  private(set) var failure: (any Error)?

  init(_ sink: any ResultSink) { self.sink = sink }

  func run() {
    while let page = full.take() {
      do {
        try sink.write(page.batch, rawLabels: page.rawLabels)
      } catch {
        failure = error
        return empty.close(discarding: true)
      }
      empty.put(page)
    }
  }
}
