/// Which slots a search has met: an epoch per slot, so that a new search clears nothing.
@unsafe
struct VisitedMarks {
    private var epochs: UnsafeMutablePointer<UInt16>
    private var capacity: Int
    private var epoch: UInt16 = 0

    init() {
        unsafe epochs = .allocate(capacity: 0)
        unsafe capacity = 0
    }

    func deallocate() { unsafe epochs.deallocate() }

    /// Forgets all marks and makes the slots below `count` markable.
    mutating func begin(count: Int) {
        if unsafe count > capacity {
            unsafe epochs.deallocate()
            unsafe capacity = count + count / 4
            unsafe epochs = unsafe .allocate(capacity: capacity)
            unsafe epochs.initialize(repeating: 0, count: capacity)
            unsafe epoch = 0
        }
        if unsafe epoch == UInt16.max {
            unsafe epochs.update(repeating: 0, count: capacity)
            unsafe epoch = 0
        }
        unsafe epoch += 1
    }

    /// Marks a slot and tells whether it was unmarked.
    @inline(__always)
    func mark(_ slot: UInt32) -> Bool {
        if unsafe epochs[Int(slot)] == epoch { return false }
        unsafe epochs[Int(slot)] = epoch
        return true
    }
}
