/// One search of one index's contents, by the way that suits its filter.
@safe
struct Search {
    private let contents: IndexContents
    private let store: VectorStore.UnsafeHandle
    private let k: Int
    private let effort: Int
    private let filter: KeyFilter?
    private let scratch: SearchScratch
    /// By how much a candidate may lie farther than the last result before the walk ends; nil where `effort` alone decides.
    var slack: Float?
    /// Slots that this search sees.
    private let count: Int

    init(contents: IndexContents, k: Int, effort: Int, filter: KeyFilter?, scratch: SearchScratch) {
        self.contents = contents
        self.k = k
        self.effort = effort
        self.filter = filter
        self.scratch = scratch
        unsafe store = contents.store.handle
        // The count is read before anything else of the store: see `VectorStore.mayRepeatKeys`.
        count = contents.store.count
    }

    /// The best `k` slots of distinct keys, nearest first.
    func run(_ route: SearchRoute) -> [RankedSlot] {
        switch route {
        case .automatic: isExactFaster ? exact() : walked()
        case .exact: exact()
        case .graph: walked()
        }
    }

    /// Whether comparing all that may match costs less than a walk.
    ///
    /// A walk computes about `walkFactor * effort` distances, and 1/selectivity times as many to meet as many matches.
    private var isExactFaster: Bool {
        guard contents.graph != nil else { return true }
        let matches = filter.map { min(count, $0.estimatedCount) } ?? count
        let walkFactor = 16
        return matches * matches <= walkFactor * effort * count
    }
}

// MARK: - Comparing

extension Search {
    /// Compares every vector, or every match.
    private func exact() -> [RankedSlot] {
        let scan = unsafe ExactScan(of: contents.store, scratch: scratch)
        if let filter {
            if let keys = filter.fewKeys(among: count) {
                var slots: [UInt32] = []
                contents.directory.appendSlots(of: keys, to: &slots)
                unsafe scan.scan(slots, accepting: LiveSlots(store: store), limit: k)
            } else {
                unsafe scan.scan(slotsBelow: count, accepting: LiveMatches(store: store, filter: filter), limit: k)
            }
        } else {
            unsafe scan.scanAll(count: count, limit: k)
        }
        return scratch.takeResults()
    }
}

// MARK: - Walking

extension Search {
    /// Walks the graph, harder while too few distinct keys are met; compares all matches where that does not help.
    private func walked() -> [RankedSlot] {
        guard let graph = contents.graph, let entry = graph.entry, Int(entry.slot) < count else { return exact() }
        unsafe contents.codes?.setQuery(scratch.query, in: scratch.comparison.query)
        if filter == nil, unsafe effort <= GraphWalk.largestPool, !contents.store.mayRepeatKeys {
            let best = closest(graph, from: entry)
            if best.count == k { return best }
        }
        var effort = effort
        while true {
            guard let found = walk(graph, from: entry, effort: effort) else { return exact() }
            let best = firstOfEachKey(found)
            if best.count == k { return best }
            // All results were kept and they are parts of too few keys: keep more. Otherwise the walk met all it could reach.
            guard found.count == effort, effort < count else { return exact() }
            effort *= 4
        }
    }

    /// The best `k` live slots of an unfiltered walk, nearest first; fewer where it met fewer.
    private func closest(_ graph: HNSWGraph, from entry: HNSWGraph.Entry) -> [RankedSlot] {
        let walk = unsafe makeWalk(graph)
        let start = unsafe walk.descend(from: walk.ranked(entry.slot), top: entry.level, bottom: 1)
        let patience = patience
        let most = patience == nil ? effort : max(effort, WalkPatience.mostCandidates(k: k))
        let met = unsafe walk.closest(from: start, level: 0, effort: most, patience: patience)
        let depth = Reranking.depth(k: k, effort: effort, form: contents.codes?.form)
        var candidates: [RankedSlot] = []
        candidates.reserveCapacity(min(depth, met))
        for place in 0..<met where candidates.count < depth {
            let candidate = unsafe CandidatePool.ranked(scratch.pool[place])
            if unsafe store.isLive(candidate.slot) { candidates.append(candidate) }
        }
        return Array(Reranking(contents, scratch: scratch).rank(candidates).prefix(k))
    }

    /// When the walk may end early.
    ///
    /// Removed vectors are met like others, so more results are waited for where there are many;
    /// where keys have parts, effort alone decides.
    private var patience: WalkPatience? {
        guard let slack, !contents.store.mayRepeatKeys else { return nil }
        let live = max(1, min(count, contents.store.liveCount))
        return WalkPatience(slack: slack, results: (k * count + live - 1) / live, metric: contents.store.metric)
    }

    private func makeWalk(_ graph: HNSWGraph) -> GraphWalk {
        let comparison = unsafe SlotComparison(
            store,
            contents.codes?.handle,
            query: scratch.query,
            memory: scratch.comparison
        )
        return unsafe GraphWalk(graph, comparison, limit: count, scratch: scratch)
    }

    /// The `effort` nearest matches that a walk meets, nearest first; nil where comparing all matches would be cheaper.
    private func walk(_ graph: HNSWGraph, from entry: HNSWGraph.Entry, effort: Int) -> [RankedSlot]? {
        let walk = unsafe makeWalk(graph)
        let start = unsafe walk.descend(from: walk.ranked(entry.slot), top: entry.level, bottom: 1)
        let end: GraphWalk.End
        if let filter {
            end = unsafe walk.explore(
                from: start,
                level: 0,
                effort: effort,
                accepting: LiveMatches(store: store, filter: filter),
                budget: count / 2
            )
        } else {
            end = unsafe walk.explore(
                from: start,
                level: 0,
                effort: effort,
                accepting: LiveSlots(store: store),
                budget: .max
            )
        }
        switch end {
        case .complete: return Reranking(contents, scratch: scratch).rank(scratch.takeResults())
        case .overBudget: return nil
        }
    }

    /// The first `k` of ranked slots, each key at its first.
    private func firstOfEachKey(_ ranked: [RankedSlot]) -> [RankedSlot] {
        guard contents.store.mayRepeatKeys else { return Array(ranked.prefix(k)) }
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
