import Synchronization

/// Locks of the threads that link nodes of one graph at the same time.
///
/// A node's list is read and written anew under the node's lock; never two of these are held. `entry` is taken first, by a
/// thread whose node may become the entry point, and held until it is.
@safe
package final class LinkLocks: @unchecked Sendable {
    // @unchecked: the pointer is constant, and what it points to are locks.
    private static let count = 1_024

    let entry = Mutex<Void>(())
    private let nodes: UnsafeMutablePointer<Mutex<Void>>

    package init() {
        unsafe nodes = .allocate(capacity: Self.count)
        for index in 0..<Self.count { unsafe (nodes + index).initialize(to: Mutex(())) }
    }

    deinit {
        unsafe nodes.deinitialize(count: Self.count)
        unsafe nodes.deallocate()
    }

    /// Runs `body` while no other thread changes the slot's links.
    func withLock(of slot: UInt32, _ body: () -> Void) {
        unsafe nodes[Int(slot) & (Self.count - 1)].withLock { _ in body() }
    }
}
