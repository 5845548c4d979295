import Glibc
import SpellCore

/// The memory that this process may have.
enum SystemMemory {
  /// Bytes of the machine, or of the control group that the process runs in if that has less.
  static let bytes: Int = {
    let machine = max(1, sysconf(Int32(_SC_PHYS_PAGES))) * max(1, sysconf(Int32(_SC_PAGESIZE)))
    return min(machine, groupLimit ?? machine)
  }()

  /// What a container is limited to; nil where there is no limit, or none that this process can see.
  private static var groupLimit: Int? {
    let descriptor = open("/sys/fs/cgroup/memory.max", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 32)
    let count = read(descriptor, &text, text.count)
    return Int(String(decoding: text.prefix(max(0, count)), as: UTF8.self).prefix { $0.isNumber })
  }
}
