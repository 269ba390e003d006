import Synchronization

/// The working memory of searches, by dimension; shared by the indexes of a process, so that ten thousand idle ones keep
/// none of their own.
public final class SearchMemory: Sendable {
    private let pools = Mutex<[Int: ScratchPool]>([:])

    /// Makes an empty one, which grows with the searches that run at once.
    public init() {}

    func pool(dimension: Int) -> ScratchPool {
        pools.withLock { pools in
            if let pool = pools[dimension] { return pool }
            let pool = ScratchPool(dimension: dimension)
            pools[dimension] = pool
            return pool
        }
    }
}
