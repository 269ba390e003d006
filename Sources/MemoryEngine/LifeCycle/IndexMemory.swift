internal import Synchronization

/// The bytes that loaded indexes take together, held against a limit.
///
/// Bytes are reserved before an index is loaded or its graph is built, and count until the index is freed: an evicted one that
/// a search still reads still takes its memory.
package final class IndexMemory: Sendable {
    private struct Account {
        var reserved = 0
        /// Of these, what indexes take that were evicted and are freed with their last reader.
        var departing = 0
    }

    /// What becomes of a wish for bytes.
    package enum Answer {
        case reserved(IndexReservation)
        /// They fit as soon as what was evicted is freed.
        case soon
        /// Something must be evicted first.
        case full
    }

    /// The most bytes that indexes may take; nil where there is no limit.
    package let limit: Int?
    private let account = Mutex(Account())

    /// Makes an account of nothing.
    package init(limit: Int?) { self.limit = limit }

    /// Bytes that are reserved now.
    package var byteCount: Int { account.withLock(\.reserved) }

    /// Whether more is reserved than the limit allows, without what is about to be freed.
    package var isOverLimit: Bool {
        guard let limit else { return false }
        return account.withLock { $0.reserved - $0.departing > limit }
    }

    /// Reserves bytes where they fit.
    package func reserveWithinLimit(_ byteCount: Int) -> Answer {
        account.withLock { account in
            if let limit, account.reserved + byteCount > limit {
                return account.reserved - account.departing + byteCount <= limit ? .soon : .full
            }
            account.reserved += byteCount
            return .reserved(IndexReservation(byteCount, in: self))
        }
    }

    /// Reserves bytes whether they fit or not.
    package func reserve(_ byteCount: Int) -> IndexReservation {
        change(reserved: byteCount)
        return IndexReservation(byteCount, in: self)
    }

    fileprivate func change(reserved: Int, departing: Int = 0) {
        let total = account.withLock { account in
            account.reserved += reserved
            account.departing += departing
            return account.reserved
        }
        EngineMetrics.set(.indexBytes, to: total)
    }
}

/// The bytes of one index; given back when its last holder lets go of it.
package final class IndexReservation: Sendable {
    private struct Bytes {
        /// What it takes.
        var used = 0
        /// What it is about to take, while it is loaded or its graph is built.
        var expected: Int
        var isDeparting = false

        var counted: Int { max(used, expected) }
    }

    private let memory: IndexMemory
    private let bytes: Mutex<Bytes>

    fileprivate init(_ byteCount: Int, in memory: IndexMemory) {
        self.memory = memory
        bytes = Mutex(Bytes(expected: byteCount))
    }

    deinit {
        let (counted, isDeparting) = bytes.withLock { ($0.counted, $0.isDeparting) }
        memory.change(reserved: -counted, departing: isDeparting ? -counted : 0)
    }

    /// Notes what the index takes now; what is expected counts until then.
    package func note(_ byteCount: Int) { change { $0.used = byteCount } }

    /// Expects so many bytes more than are in use, for what is about to be made.
    package func expect(_ more: Int) { change { $0.expected = $0.used + more } }

    /// Expects no more than is in use.
    package func settle() { change { $0.expected = 0 } }

    /// Tells that the index was evicted, so that its bytes come back without further ado; false where it stays after all.
    package func depart(_ isDeparting: Bool) {
        let change = bytes.withLock { bytes in
            guard bytes.isDeparting != isDeparting else { return 0 }
            bytes.isDeparting = isDeparting
            return isDeparting ? bytes.counted : -bytes.counted
        }
        memory.change(reserved: 0, departing: change)
    }

    private func change(_ body: (inout Bytes) -> Void) {
        let (change, isDeparting) = bytes.withLock { bytes in
            let before = bytes.counted
            body(&bytes)
            return (bytes.counted - before, bytes.isDeparting)
        }
        if change != 0 { memory.change(reserved: change, departing: isDeparting ? change : 0) }
    }
}
