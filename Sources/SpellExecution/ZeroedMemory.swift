import CMemory
import Glibc

/// Memory that is zero until it is written, and costs nothing until then. It grows without being copied.
///
/// It is asked for in large pages: with small ones most reads at random would also miss the processor's table of pages.
final class ZeroedMemory {
  private static let largePage = 2 << 20

  private(set) var base: UnsafeMutableRawPointer
  private var capacity: Int

  init(byteCount: Int) {
    capacity = Self.rounded(byteCount)
    base = Self.checked(mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    adviseLargePages()
  }

  deinit { munmap(base, capacity) }

  /// Makes room for so many bytes; pointers taken before are void afterwards.
  func extend(to byteCount: Int) {
    guard byteCount > capacity else { return }
    let wanted = Self.rounded(max(byteCount, capacity * 2))
    base = Self.checked(cmemory_remap(base, capacity, wanted))
    capacity = wanted
    adviseLargePages()
  }

  private func adviseLargePages() {
    if capacity >= Self.largePage { madvise(base, capacity, MADV_HUGEPAGE) }
  }

  private static func rounded(_ byteCount: Int) -> Int {
    let page = byteCount >= largePage ? largePage : 4096
    return (max(byteCount, 1) + page - 1) / page * page
  }

  private static func checked(_ mapped: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer {
    guard let mapped, mapped != MAP_FAILED else { fatalError("the system has no memory left") }
    return mapped
  }
}
