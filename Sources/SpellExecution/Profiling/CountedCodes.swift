import SpellCore

/// How often each 64-bit code occurs, in bounded memory.
///
/// While there are few codes, each is counted for itself. Beyond that neighbours are counted together, in intervals of
/// 2, 4, 8 … codes, as narrow as the limit allows. Which those are depends on the codes alone and not on their order,
/// so that rows may come in any.
final class CountedCodes {
  /// Codes, or intervals of codes, that are told apart.
  static let most = 1 << 16

  /// Codes are shifted to the right by so many bits.
  private(set) var shift = 0
  /// Codes, or intervals, with a count.
  private(set) var count = 0

  private var mask: Int
  private var codes: UnsafeMutablePointer<Int64>
  /// 0 is an empty place.
  private var counts: UnsafeMutablePointer<Int>

  init() { (mask, codes, counts) = Self.places(1 << 10) }

  deinit {
    codes.deallocate()
    counts.deallocate()
  }

  private static func places(_ number: Int) -> (Int, UnsafeMutablePointer<Int64>, UnsafeMutablePointer<Int>) {
    let codes = UnsafeMutablePointer<Int64>.allocate(capacity: number)
    let counts = UnsafeMutablePointer<Int>.allocate(capacity: number)
    codes.initialize(repeating: 0, count: number)
    counts.initialize(repeating: 0, count: number)
    return (number - 1, codes, counts)
  }

  /// Whether there are more codes than are told apart: they should be counted more coarsely.
  var isFull: Bool { count > Self.most }

  /// Counts some codes, fewer than a batch of rows has.
  func add(_ added: UnsafeBufferPointer<Int64>) {
    while (count + added.count) * 2 > mask { rebuild(places: (mask + 1) * 2) { $0 } }
    let (mask, codes, counts, shift) = (mask, codes, counts, Int64(shift))
    var count = count
    for code in added {
      let place = Self.place(of: code >> shift, mask, codes, counts)
      if counts[place] == 0 {
        codes[place] = code >> shift
        count += 1
      }
      counts[place] &+= 1
    }
    self.count = count
  }

  @inline(__always)
  private static func place(
    of code: Int64, _ mask: Int, _ codes: UnsafeMutablePointer<Int64>, _ counts: UnsafeMutablePointer<Int>
  ) -> Int {
    // The upper bits of a product with an odd number depend on all bits.
    var place = Int(truncatingIfNeeded: (UInt64(bitPattern: code) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while counts[place] != 0, codes[place] != code { place = (place + 1) & mask }
    return place
  }

  /// Counts neighbours together until few enough are told apart.
  func coarsen() {
    while isFull {
      shift += 1
      rebuild(places: mask + 1) { $0 >> 1 }
    }
  }

  /// Gives every code another code. Only before codes are counted together.
  func recode(_ code: (Int64) -> Int64) { rebuild(places: mask + 1, code) }

  private func rebuild(places number: Int, _ recoded: (Int64) -> Int64) {
    let (oldMask, oldCodes, oldCounts) = (mask, codes, counts)
    (mask, codes, counts) = Self.places(number)
    count = 0
    for old in 0...oldMask where oldCounts[old] != 0 {
      let code = recoded(oldCodes[old])
      let place = Self.place(of: code, mask, codes, counts)
      if counts[place] == 0 { count += 1 }
      codes[place] = code
      counts[place] += oldCounts[old]
    }
    oldCodes.deallocate()
    oldCounts.deallocate()
  }

  /// The codes in order with their counts; of intervals, the middle.
  func sorted() -> [(code: Int64, count: Int)] {
    let middle: Int64 = shift == 0 ? 0 : 1 << Int64(shift - 1)
    return (0...mask).filter { counts[$0] != 0 }.map { (codes[$0] << Int64(shift) + middle, counts[$0]) }
      .sorted { $0.code < $1.code }
  }
}
