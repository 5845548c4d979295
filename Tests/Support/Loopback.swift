import Glibc

/// A TCP port of 127.0.0.1 that nobody uses, below those that the system gives to connections: a server that is
/// restarted finds it free again.
func freePort() throws -> Int {
  for _ in 0..<100 {
    let port = Int.random(in: 20_000..<32_000)
    if let (descriptor, _) = try? listenOnLoopback(port: port) {
      close(descriptor)
      return port
    }
  }
  throw ServerFailure(description: "no free port on 127.0.0.1")
}

/// A socket that listens on a TCP port of 127.0.0.1, any free one for 0, and that port. No child inherits it.
func listenOnLoopback(port: Int = 0) throws -> (descriptor: Int32, port: Int) {
  let descriptor = loopbackSocket()
  var address = loopbackAddress(port: port)
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isListening = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0 && getsockname(descriptor, $0, &length) == 0
    }
  }
  guard isListening else {
    let code = errno
    close(descriptor)
    throw FileFailure(path: "127.0.0.1:\(port)", code: code)
  }
  return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}

/// A connection to a TCP port of 127.0.0.1, or nil if nobody listens there. No child inherits it.
func connectToLoopback(port: Int) -> Int32? {
  let descriptor = loopbackSocket()
  var address = loopbackAddress(port: port)
  let code = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  if code == 0 { return descriptor }
  close(descriptor)
  return nil
}

private func loopbackSocket() -> Int32 {
  socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
}

private func loopbackAddress(port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
  address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
  return address
}
