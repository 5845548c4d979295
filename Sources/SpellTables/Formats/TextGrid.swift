import SpellCore

/// The rows of a result as text for people: collected first, because the width of a column depends on all of them.
struct TextGrid: ~Copyable {
  private struct Cell {
    /// In `arena`; -1 for NULL.
    var place: Int64
    var width: Int
  }

  private(set) var columns: [ResultColumn] = []
  private(set) var headers: [String] = []
  private(set) var headerWidths: [Int] = []
  /// The widest cell of each column, without the header.
  private(set) var contentWidths: [Int] = []
  /// Rows that were written, and those of them that are kept.
  private(set) var rowCount = 0
  private(set) var shownCount = 0
  private let rowLimit: Int
  private var cells: [Cell] = []
  private var arena = ByteArena()
  private let scratch = MemoryTarget()
  /// Makes the bytes of a cell or header text that can stand in the format.
  private let spell: (ByteSlice) -> String

  init(rowLimit: Int? = nil, spell: @escaping (ByteSlice) -> String = DisplayText.escaped) {
    self.rowLimit = rowLimit ?? .max
    self.spell = spell
  }

  mutating func begin(_ columns: [ResultColumn]) {
    self.columns = columns
    headers = columns.map { column in withBytes(of: column.name) { spell($0) } }
    headerWidths = headers.map { DisplayWidth.cells(of: $0) }
    contentWidths = columns.map { _ in 0 }
  }

  mutating func append(_ batch: RowBatch) throws {
    let views = batch.columns.map { CellView($0) }
    let kept = min(batch.count, rowLimit - shownCount)
    for row in 0..<kept {
      for (index, view) in views.enumerated() {
        let cell = view.hasValue(row) ? try keep(view, row) : Cell(place: -1, width: Self.null.utf8.count)
        contentWidths[index] = max(contentWidths[index], cell.width)
        cells.append(cell)
      }
    }
    withExtendedLifetime(batch) {}
    shownCount += kept
    rowCount += batch.count
  }

  /// What NULL looks like.
  static let null = "NULL"

  /// The text of a cell and its width; nil for NULL.
  func text(row: Int, column: Int) -> (text: String, width: Int)? {
    let cell = cells[row * columns.count + column]
    return cell.place < 0 ? nil : (String(bytes: arena.bytes(at: cell.place)), cell.width)
  }

  /// What tells about the rows below them: `3 rows`, `11,955 rows (40 shown; \last shows all)`.
  func footer(hint: String?, isCut: Bool = false) -> String {
    var remarks = shownCount < rowCount ? ["\(Count.grouped(shownCount)) shown"] : []
    if isCut, hint != nil { remarks.append("values are cut") }
    remarks += [hint].compactMap { $0 }
    return Count.text(rowCount, "row") + " (\(remarks.joined(separator: "; ")))"
  }

  private mutating func keep(_ view: CellView, _ row: Int) throws -> Cell {
    if view.type == .str { return keep(view.bytes(row)) }
    var output = OutputBuffer(scratch, capacity: 0)
    try view.append(row, to: &output)
    try output.flush()
    let bytes = scratch.take()
    return bytes.withUnsafeBufferPointer { keep($0) }
  }

  private mutating func keep(_ bytes: ByteSlice) -> Cell {
    let text = spell(bytes)
    return Cell(place: withBytes(of: text) { arena.append($0) }, width: DisplayWidth.cells(of: text))
  }
}
