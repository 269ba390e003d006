/// One search of one index's contents, by the way that suits its filter.
@safe
struct Search {
    let contents: IndexContents
    let store: VectorStore.UnsafeHandle
    let k: Int
    let effort: Int
    let filter: KeyFilter?
    let scratch: SearchScratch
    /// By how much a candidate may lie farther than the last result before the walk ends; nil where `effort` alone decides.
    var slack: Float?
    /// Slots that this search sees.
    let count: Int
    /// Whether a key may have more than one of them.
    let repeatsKeys: Bool

    init(contents: IndexContents, k: Int, effort: Int, filter: KeyFilter?, scratch: SearchScratch) {
        self.contents = contents
        self.k = k
        self.effort = effort
        self.filter = filter
        self.scratch = scratch
        unsafe store = contents.store.handle
        // In this order, and before it is asked which slots are live: see `VectorStore.mayRepeatKeys`.
        count = contents.store.count
        repeatsKeys = contents.store.mayRepeatKeys
    }

    /// The best `k` slots of distinct keys, nearest first.
    func run(_ route: SearchRoute) -> [RankedSlot] {
        if let filter { return filtered(filter, route) }
        switch route {
        case .automatic: return isExactFaster ? exact() : walked()
        case .exact: return exact()
        case .graph: return walked()
        }
    }

    /// Whether comparing every vector costs less than a walk, which computes about `walkFactor * effort` distances.
    private var isExactFaster: Bool {
        guard contents.graph != nil else { return true }
        let walkFactor = 16
        return count <= walkFactor * effort
    }

    /// Compares every vector.
    func exact() -> [RankedSlot] {
        unsafe ExactScan(of: contents.store, scratch: scratch).scanAll(count: count, limit: k)
        return scratch.takeResults()
    }
}

// MARK: - Walking

extension Search {
    /// Walks the graph, harder while too few distinct keys are met; compares everything where that does not help.
    private func walked() -> [RankedSlot] {
        guard let graph = contents.graph, let entry = graph.entry, Int(entry.slot) < count else { return exact() }
        unsafe contents.codes?.setQuery(scratch.query, in: scratch.comparison.query)
        if unsafe liveEffort <= GraphWalk.largestPool {
            let best = closest(graph, from: entry)
            if best.count == k { return best }
        }
        var effort = effort
        while true {
            let found = walk(graph, from: entry, effort: effort)
            let best = firstOfEachKey(found)
            if best.count == k { return best }
            // All results were kept and they are parts of too few keys: keep more. Otherwise the walk met all it could reach.
            guard found.count == effort, effort < count else { return exact() }
            effort *= 4
        }
    }

    /// The candidates to keep where some will be removed slots.
    private var liveEffort: Int {
        let live = max(1, contents.store.liveCount)
        return count <= live ? effort : min(2 * effort, effort * count / live)
    }

    /// The best `k` live slots of a walk, nearest first; fewer where it met fewer.
    private func closest(_ graph: HNSWGraph, from entry: HNSWGraph.Entry) -> [RankedSlot] {
        let walk = unsafe makeWalk(graph)
        let start = unsafe walk.descend(from: walk.ranked(entry.slot), top: entry.level, bottom: 1)
        let patience = patience
        let most = patience == nil ? liveEffort : max(effort, WalkPatience.mostCandidates(k: k))
        let met = unsafe walk.closest(from: start, level: 0, effort: most, patience: patience)
        return firstOfEachKey(Reranking(contents, scratch: scratch).rank(nearestLive(met)))
    }

    /// The nearest live candidates of a walk's pool, as many as are to be compared exactly, each key counted once.
    func nearestLive(_ met: Int) -> [RankedSlot] {
        let depth = Reranking.depth(k: k, effort: effort, form: contents.codes?.form)
        var keys: Set<UInt64> = []
        var candidates: [RankedSlot] = []
        candidates.reserveCapacity(min(depth, met))
        var distinct = 0
        for place in 0..<met where distinct < depth {
            let candidate = unsafe CandidatePool.ranked(scratch.pool[place])
            guard unsafe store.isLive(candidate.slot) else { continue }
            candidates.append(candidate)
            if !repeatsKeys || keys.insert(unsafe store.id(candidate.slot).key).inserted { distinct += 1 }
        }
        return candidates
    }

    /// When the walk may end early.
    ///
    /// Removed vectors are met like others, so more results are waited for where there are many;
    /// where keys have parts, effort alone decides.
    private var patience: WalkPatience? {
        guard let slack, !repeatsKeys else { return nil }
        let live = max(1, min(count, contents.store.liveCount))
        return WalkPatience(slack: slack, results: (k * count + live - 1) / live, metric: contents.store.metric)
    }

    func makeWalk(_ graph: HNSWGraph) -> GraphWalk {
        unsafe GraphWalk(graph, makeComparison(), limit: count, scratch: scratch)
    }

    /// Compares the query with codes where there are codes; their form of the query must be set.
    func makeComparison() -> SlotComparison {
        unsafe SlotComparison(store, contents.codes?.handle, query: scratch.query, memory: scratch.comparison)
    }

    /// The `effort` nearest live slots that a walk meets, nearest first.
    private func walk(_ graph: HNSWGraph, from entry: HNSWGraph.Entry, effort: Int) -> [RankedSlot] {
        let walk = unsafe makeWalk(graph)
        let start = unsafe walk.descend(from: walk.ranked(entry.slot), top: entry.level, bottom: 1)
        _ = unsafe walk.explore(
            from: start,
            level: 0,
            effort: effort,
            accepting: LiveSlots(store: store),
            budget: .max
        )
        return Reranking(contents, scratch: scratch).rank(scratch.takeResults())
    }

    /// The first `k` of ranked slots, each key at its first.
    func firstOfEachKey(_ ranked: [RankedSlot]) -> [RankedSlot] {
        guard repeatsKeys else { return Array(ranked.prefix(k)) }
        var best: [RankedSlot] = []
        best.reserveCapacity(k)
        var keys: Set<UInt64> = []
        for slot in ranked where keys.insert(unsafe store.id(slot.slot).key).inserted {
            best.append(slot)
            if best.count == k { break }
        }
        return best
    }
}
