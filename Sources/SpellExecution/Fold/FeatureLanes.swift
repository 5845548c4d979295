import Glibc
import SpellCore
import SpellTables

/// The feature columns of the batch at hand as plain memory, for the loop that puts rows into slots.
final class FeatureLanes {
  struct Lane {
    let words: UnsafeMutablePointer<Int64>
    let states: UnsafeMutablePointer<UInt8>
    let isBytes: Bool

    init(_ column: Column) {
      words = column.words
      states = column.states
      isBytes = column.type.layout == .bytes
    }

    func holdsBytes(_ row: Int) -> Bool { CellState.holdsBytes(states[row], isByteType: isBytes) }
  }

  let count: Int
  private let lanes: UnsafeMutablePointer<Lane>
  private let hasByteType: Bool
  private var columns: ArraySlice<Column> = []
  /// Whether any cell of the batch does not fit its type.
  private(set) var mayBeInvalid = false
  /// A cell of each feature, to compare with.
  private let held: [Column]

  init(types: [ValueType]) {
    count = types.count
    lanes = .allocate(capacity: types.count)
    hasByteType = types.contains { $0.layout == .bytes }
    held = types.map { Column(type: $0, capacity: 1) }
  }

  deinit { lanes.deallocate() }

  /// Whether a cell may hold bytes.
  var haveBytes: Bool { hasByteType || mayBeInvalid }

  @inline(__always)
  subscript(lane: Int) -> Lane { lanes[lane] }

  func column(_ lane: Int) -> Column { columns[columns.startIndex + lane] }

  /// Takes the columns of a batch of so many rows.
  func take(_ columns: ArraySlice<Column>, rows: Int) {
    self.columns = columns
    mayBeInvalid = false
    for (lane, column) in columns.enumerated() {
      (lanes + lane).initialize(to: Lane(column))
      if memchr(column.states, Int32(CellState.invalid.rawValue), rows) != nil { mayBeInvalid = true }
    }
  }

  /// Whether a feature of a row does not fit its type.
  @inline(__always)
  func hasInvalid(_ row: Int) -> Bool { mayBeInvalid && findInvalid(row) }

  private func findInvalid(_ row: Int) -> Bool {
    (0..<count).contains { lanes[$0].states[row] == CellState.invalid.rawValue }
  }

  /// Compares a row with what a slot holds, feature by feature.
  func compare(_ row: Int, _ store: SlotStore, _ slot: Int) -> Int {
    for lane in 0..<count {
      held[lane].reset()
      store.copy(slot, lane, to: held[lane], row: 0)
      let order = column(lane).compare(row, held[lane], 0)
      if order != 0 { return order }
    }
    return 0
  }
}

extension CellState {
  /// Whether a cell in a state is bytes: a text, or what an invalid one shows.
  @inline(__always)
  static func holdsBytes(_ state: UInt8, isByteType: Bool) -> Bool {
    state == invalid.rawValue || (isByteType && state == value.rawValue)
  }
}
