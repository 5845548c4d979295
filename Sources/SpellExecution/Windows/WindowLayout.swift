import SpellCore
import SpellPlanning

/// The rows that a window is of, besides those of its key: the ones with a value, through a filter, of a length.
struct WindowRows: Equatable {
  /// Which feature of the use; nil for the rows themselves.
  var argument: Int?
  /// Which of `WindowLayout.filters`; nil for none.
  var filter: Int?
  /// Which of `WindowLayout.lengths`.
  var length: Int
}

/// Sums at every slot, which windows over the same rows share.
struct WindowSeries {
  let rows: WindowRows
  /// Where in the record of a slot the number of rows is.
  let countOffset: Int
  /// Where the sum of whole numbers, or of decimals in units of `DecimalSum`, is.
  let wholeOffset: Int?
  /// Where what that sum of decimals carries is: how many times 2^128, of which nothing is left in the end if it fits.
  let carryOffset: Int?
  let floats: FloatSums?
  /// The squares as the nearest doubles, and what those leave.
  let squares: (high: FloatSums, low: FloatSums)?
}

/// Which windows share what, and where it is in the record of a slot.
struct WindowLayout {
  /// Where the values of a window come from.
  enum Source {
    case series(Int)
    case extreme(Int)
  }

  let series: [WindowSeries]
  let extremes: [(function: AggregateFunction, rows: WindowRows)]
  /// By window.
  let sources: [Source]
  /// Nil: every row up to the moment.
  let lengths: [Interval?]
  /// The positions of those, the longest first.
  let lengthsFromLongest: [Int]
  let filters: [WindowPlan.Filter]
  /// Bytes of a record.
  let stride: Int

  init(_ use: GroupUse) {
    var lengths: [Interval?] = []
    var filters: [WindowPlan.Filter] = []
    var extremes: [(function: AggregateFunction, rows: WindowRows)] = []
    var summed: [(rows: WindowRows, functions: Set<AggregateFunction>)] = []
    sources = use.windows.map { window in
      let rows = WindowRows(
        argument: window.argument,
        filter: window.filter.map { filter in Self.position(of: filter, in: &filters) { $0.isSame(as: filter) } },
        length: Self.position(of: window.length, in: &lengths) { $0 == window.length })
      guard window.function.isAdditive else {
        extremes.append((window.function, rows))
        return .extreme(extremes.count - 1)
      }
      let index = Self.position(of: (rows, []), in: &summed) { $0.rows == rows }
      summed[index].functions.insert(window.function)
      return .series(index)
    }
    self.lengths = lengths
    lengthsFromLongest = lengths.indices.sorted { left, right in
      guard let longer = lengths[left] else { return lengths[right] != nil }
      return lengths[right].flatMap { longer.exceeds($0) } ?? false
    }
    self.filters = filters
    self.extremes = extremes

    var stride = 0
    func take(_ bytes: Int) -> Int {
      defer { stride += bytes }
      return stride
    }
    // Wide sums come first, for their alignment.
    let wide = summed.map { rows, functions -> (whole: Int?, floats: FloatSums?, squares: (FloatSums, FloatSums)?) in
      func sums() -> FloatSums { FloatSums(offset: take(FloatSums.size)) }
      let needsSquares = !functions.isDisjoint(with: [.variance, .stddev])
      let needsSum = !functions.isDisjoint(with: [.sum, .avg])
      let isFloat = rows.argument.map { use.features[$0].type == .float } ?? false
      return (
        needsSum && !isFloat ? take(MemoryLayout<Int128>.size) : nil,
        needsSquares || (needsSum && isFloat) ? sums() : nil, needsSquares ? (sums(), sums()) : nil
      )
    }
    func isDecimal(_ rows: WindowRows) -> Bool { rows.argument.map { use.features[$0].type == .decimal } ?? false }
    series = zip(summed, wide).map { summed, wide in
      WindowSeries(
        rows: summed.rows, countOffset: take(MemoryLayout<Int64>.size), wholeOffset: wide.whole,
        carryOffset: wide.whole != nil && isDecimal(summed.rows) ? take(MemoryLayout<Int64>.size) : nil,
        floats: wide.floats, squares: wide.squares)
    }
    self.stride = (stride + 15) / 16 * 16
  }

  /// Where an element is, which is added if it is new.
  private static func position<Element>(
    of element: Element, in list: inout [Element], isSame: (Element) -> Bool
  ) -> Int {
    if let found = list.firstIndex(where: isSame) { return found }
    list.append(element)
    return list.count - 1
  }
}
