import Glibc

/// Asks again and again until the answer is yes; throws what was waited for after the deadline.
public func waitUntil(_ wanted: String, seconds: Int = 30, _ isThere: () throws -> Bool) throws {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while try !isThere() {
    guard ContinuousClock.now < deadline else { throw ServerFailure(description: "waited in vain for \(wanted)") }
    usleep(5000)
  }
}

/// Starts a thread that nobody joins, and gives an object over to it.
func startThread<Owned: AnyObject>(owning object: sending Owned, _ body: @escaping @Sendable (Owned) -> Void) throws {
  let work = ThreadWork(object, body)
  let context = Unmanaged.passRetained(work)
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  var thread = pthread_t()
  let code = pthread_create(
    &thread, &attributes,
    { raw in
      guard let raw else { return nil }
      Unmanaged<ThreadWork>.fromOpaque(raw).takeRetainedValue().run()
      return nil
    }, context.toOpaque())
  guard code == 0 else {
    context.release()
    throw ServerFailure(description: "no thread: \(String(cString: strerror(code)))")
  }
}

/// What a thread is to do.
private final class ThreadWork {
  private let work: () -> Void

  init<Owned: AnyObject>(_ object: Owned, _ body: @escaping (Owned) -> Void) { work = { body(object) } }

  func run() { work() }
}
