import TestSupport

/// Makes inputs out of those of a corpus; which, depends on the seed alone.
struct Mutator {
  /// Longer inputs only cost time: what is wrong shows in short ones.
  static let longestInput = 4096

  private let corpus: [[UInt8]]
  private let words: [[UInt8]]
  private var random: SeededRandom

  init(corpus: [[UInt8]], words: [String], seed: UInt64) {
    self.corpus = corpus.isEmpty ? [[]] : corpus
    self.words = words.map { Array($0.utf8) }
    random = SeededRandom(seed: seed)
  }

  mutating func next() -> [UInt8] {
    var bytes = random.pick(corpus)
    for _ in 0...random.below(6) { change(&bytes) }
    return Array(bytes.prefix(Self.longestInput))
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = random.below(bytes.count + 1)
    let part = place..<min(bytes.count, place + 1 + random.below(12))
    switch random.below(8) {
    case 0, 1: bytes.insert(contentsOf: random.pick(words), at: place)
    case 2: bytes.replaceSubrange(part, with: random.pick(words))
    case 3: bytes.removeSubrange(part)
    case 4: bytes.insert(contentsOf: bytes[part], at: random.below(bytes.count + 1))
    case 5: for index in part.prefix(2) { bytes[index] ^= 1 << UInt8(random.below(8)) }
    case 6: bytes.insert(UInt8(random.below(256)), at: place)
    default:
      let other = random.pick(corpus)
      bytes.replaceSubrange(place..., with: other.suffix(random.below(other.count + 1)))
    }
  }
}
