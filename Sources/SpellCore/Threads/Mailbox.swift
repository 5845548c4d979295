import Glibc

/// Hands things from threads to threads, in order.
///
/// `@unchecked Sendable`: everything is touched under the mutex alone, and an element has one owner at a time.
package final class Mailbox<Element>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var elements: [Element] = []
  private var hasEnded = false

  package init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  package func put(_ element: Element) {
    pthread_mutex_lock(mutex)
    elements.append(element)
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Waits for an element; nil when the mailbox is closed, and empty.
  package func take() -> Element? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while elements.isEmpty, !hasEnded { pthread_cond_wait(condition, mutex) }
    return elements.isEmpty ? nil : elements.removeFirst()
  }

  package var isClosed: Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return hasEnded
  }

  /// Nobody waits any more. What is in the mailbox can still be taken, unless it is discarded.
  package func close(discarding: Bool = false) {
    pthread_mutex_lock(mutex)
    hasEnded = true
    if discarding { elements.removeAll() }
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }
}
