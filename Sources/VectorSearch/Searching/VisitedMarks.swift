/// Which slots a search has met: an epoch per slot, so that a new search clears nothing.
///
/// A byte a slot keeps the marks of some million slots within a processor's second cache; every 255 searches all are cleared.
@unsafe
package struct VisitedMarks {
    private var epochs: UnsafeMutablePointer<UInt8>
    /// Slots that have a mark.
    package private(set) var capacity: Int
    private var epoch: UInt8 = 0

    package init() {
        unsafe epochs = .allocate(capacity: 0)
        unsafe capacity = 0
    }

    package func deallocate() { unsafe epochs.deallocate() }

    /// Forgets all marks and makes the slots below `count` markable.
    package mutating func begin(count: Int) {
        if unsafe count > capacity {
            unsafe epochs.deallocate()
            unsafe capacity = count + count / 4
            unsafe epochs = unsafe .allocate(capacity: capacity)
            unsafe epochs.initialize(repeating: 0, count: capacity)
            unsafe epoch = 0
        }
        if unsafe epoch == UInt8.max {
            unsafe epochs.update(repeating: 0, count: capacity)
            unsafe epoch = 0
        }
        unsafe epoch += 1
    }

    /// Marks a slot and tells whether it was unmarked.
    @inline(__always)
    package func mark(_ slot: UInt32) -> Bool {
        let isNew = unsafe epochs[Int(slot)] != epoch
        unsafe epochs[Int(slot)] = epoch
        return isNew
    }
}
