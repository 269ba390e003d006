/// Several searches without filter, whose walks go by turns in one thread: while one waits for memory, the others compute.
@safe
struct InterleavedWalks {
    /// Walks at once.
    static let width = 4
    /// Of what a hop compares, as many are fetched before the walk's next turn; the kernel fetches the others.
    private static let fetchedAhead = 8

    /// The best slots of each search, in the order of the searches; nil for those that have to be run by themselves.
    static func run(_ searches: [Search]) -> [[RankedSlot]?] {
        var walks: [PoolWalk?] = unsafe searches.map { search in unsafe search.beginWalk() }
        for place in unsafe walks.indices { unsafe walks[place]?.prefetchNext() }
        var going = unsafe walks.indices.filter { unsafe walks[$0] != nil }
        going.removeAll { place in unsafe !gather(&walks[place]) }
        while !going.isEmpty {
            for place in going {
                unsafe walks[place]?.compare()
                unsafe walks[place]?.prefetchNext()
            }
            going.removeAll { place in unsafe !gather(&walks[place]) }
        }
        return unsafe zip(searches, walks).map { search, walk in
            guard let walk = unsafe walk else { return nil }
            let best = unsafe search.endWalk(met: walk.count)
            return best.count == search.k ? best : nil
        }
    }

    private static func gather(_ walk: inout PoolWalk?) -> Bool {
        guard unsafe walk?.gather() ?? false else { return false }
        unsafe walk?.prefetchGathered(fetchedAhead)
        return true
    }
}
