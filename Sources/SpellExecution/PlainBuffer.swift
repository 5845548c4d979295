/// Growing memory for plain values, with one owner that frees it. Loops take `base` once and touch plain memory.
final class PlainBuffer<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count: Int
  private var capacity: Int
  private let filler: Element

  init(count: Int = 0, filledWith filler: Element) {
    self.filler = filler
    self.count = count
    capacity = max(count, 16)
    base = .allocate(capacity: capacity)
    base.initialize(repeating: filler, count: count)
  }

  deinit { base.deallocate() }

  /// Bytes in use.
  var byteCount: Int { count * MemoryLayout<Element>.stride }

  subscript(index: Int) -> Element {
    get { base[index] }
    set { base[index] = newValue }
  }

  func append(_ element: Element) {
    if count == capacity { grow(to: count + 1) }
    base[count] = element
    count += 1
  }

  /// Makes the buffer this long; new elements are the filler. Pointers taken before are void afterwards.
  func extend(to newCount: Int) {
    guard newCount > count else { return }
    if newCount > capacity { grow(to: newCount) }
    (base + count).initialize(repeating: filler, count: newCount - count)
    count = newCount
  }

  private func grow(to needed: Int) {
    capacity = max(needed, capacity * 2)
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    memory.initialize(from: base, count: count)
    base.deallocate()
    base = memory
  }

  /// Forgets the elements and keeps the memory.
  func clear() { count = 0 }
}

extension PlainBuffer where Element == UInt8 {
  func append(contentsOf bytes: UnsafeRawBufferPointer) {
    let start = count
    extend(to: start + bytes.count)
    if let source = bytes.baseAddress {
      UnsafeMutableRawPointer(base + start).copyMemory(from: source, byteCount: bytes.count)
    }
  }
}
