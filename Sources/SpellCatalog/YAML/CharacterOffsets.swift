/// Where characters lie in UTF-8 bytes: libyaml counts characters, spans count bytes.
struct CharacterOffsets {
  /// Characters between two checkpoints.
  private static let stride = 256

  private let bytes: [UInt8]
  /// The byte offset of every `stride`th character; empty if characters and bytes are the same.
  private let checkpoints: [Int]

  /// Takes valid UTF-8.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    guard bytes.contains(where: { $0 >= 0x80 }) else {
      checkpoints = []
      return
    }
    var found: [Int] = []
    var count = 0
    for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
      if count % Self.stride == 0 { found.append(offset) }
      count += 1
    }
    checkpoints = found
  }

  /// The byte at which a character starts; the length of the text for characters past its end.
  func offset(ofCharacter index: Int) -> Int {
    guard !checkpoints.isEmpty else { return max(0, min(index, bytes.count)) }
    let checkpoint = index / Self.stride
    guard checkpoint < checkpoints.count else { return bytes.count }
    var offset = checkpoints[checkpoint]
    for _ in 0..<(index % Self.stride) where offset < bytes.count {
      offset += 1
      while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
    }
    return offset
  }

  /// The number of characters before a byte.
  func character(atOffset offset: Int) -> Int {
    guard !checkpoints.isEmpty else { return offset }
    var low = 0
    var high = checkpoints.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if checkpoints[middle] <= offset { low = middle } else { high = middle }
    }
    var count = low * Self.stride
    for byte in bytes[checkpoints[low]..<max(checkpoints[low], min(offset, bytes.count))] where byte & 0xC0 != 0x80 {
      count += 1
    }
    return count
  }
}
