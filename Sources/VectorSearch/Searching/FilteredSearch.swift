/// How a search goes under a filter: compares all matches, or walks.
extension Search {
    /// The best `k` matches of distinct keys, nearest first.
    func filtered(_ filter: KeyFilter, _ route: SearchRoute) -> [RankedSlot] {
        guard contents.graph != nil, route != .exact else { return exactMatches(filter) }
        let sets = filter.slotSets
        let known = filter.isPredicate ? sets.knownSlots(in: contents, slotCount: count) : nil
        let asked = filter.isPredicate ? nil : sets.slots(of: filter, in: contents, slotCount: count)
        if let members = known ?? asked {
            let costs = FilteredCosts(matches: members.count, slots: count, effort: effort)
            // The walk reads the set through a pointer.
            return withExtendedLifetime(members) {
                walked(unsafe Members(slots: members.handle), costs, route) ?? nearest(of: members)
            }
        }
        let costs = FilteredCosts(matches: min(count, filter.estimatedCount), slots: count, effort: effort)
        if let best = walked(unsafe LiveMatches(store: store, filter: filter), costs, route) { return best }
        return nearest(of: sets.slots(of: filter, in: contents, slotCount: count))
    }
}

// MARK: - Comparing all matches

extension Search {
    /// Compares the vectors of all matches.
    private func exactMatches(_ filter: KeyFilter) -> [RankedSlot] {
        let members = filter.slotSets.slots(of: filter, in: contents, slotCount: count)
        unsafe ExactScan(of: contents.store, scratch: scratch).scan(members, limit: k)
        return scratch.takeResults()
    }

    /// Compares the codes of all members where there are codes, and the best of them exactly: of so many that codes put in a
    /// wrong order are among them.
    private func nearest(of members: SlotSet) -> [RankedSlot] {
        if let codes = contents.codes, members.count > 2 * Reranking.scanDepth(k: k, form: codes.form) {
            unsafe codes.setQuery(scratch.query, in: scratch.comparison.query)
            var depth = Reranking.scanDepth(k: k, form: codes.form)
            while 2 * depth < members.count {
                if let best = nearest(of: members, depth: depth) { return best }
                depth *= 8
            }
        }
        unsafe ExactScan(of: contents.store, scratch: scratch).scan(members, limit: k)
        return scratch.takeResults()
    }

    /// The same, comparing `depth` exactly; nil where one beyond them could be nearer.
    private func nearest(of members: SlotSet, depth: Int) -> [RankedSlot]? {
        let scan = unsafe ExactScan(of: contents.store, scratch: scratch)
        unsafe scan.scan(members, comparing: makeComparison(), limit: depth)
        let candidates = scratch.takeResults()
        let reranking = Reranking(contents, scratch: scratch)
        var ranked = reranking.exact(candidates)
        let error = EstimateError(candidates, ranked)
        ranked.sort()
        let best = firstOfEachKey(ranked)
        if candidates.count < depth { return best }
        guard best.count == k, let farthest = best.last, let beyond = candidates.last else { return nil }
        return error.leastDistance(beyond) >= farthest.distance ? best : nil
    }
}

// MARK: - Walking

extension Search {
    /// The best `k` matches that a walk meets; nil where comparing all matches costs less, or the walk met too few.
    private func walked(_ filter: some SlotFilter, _ costs: FilteredCosts, _ route: SearchRoute) -> [RankedSlot]? {
        guard let graph = contents.graph, let entry = graph.entry, Int(entry.slot) < count else { return nil }
        if route == .automatic, costs.isScanCertain { return nil }
        unsafe contents.codes?.setQuery(scratch.query, in: scratch.comparison.query)
        let walk = unsafe makeWalk(graph)
        let start = unsafe walk.descend(from: walk.ranked(entry.slot), top: entry.level, bottom: 1)
        var way = costs.way(shareNearby: unsafe walk.memberShare(about: start.slot, of: filter))
        if route == .graph, way == .scan { way = .overMatches(effort: 2 * effort) }
        guard let candidates = unsafe candidates(of: walk, from: start, way, costs, filter) else { return nil }
        let best = firstOfEachKey(Reranking(contents, scratch: scratch).rank(candidates))
        return best.count == k ? best : nil
    }

    /// The nearest live matches that a walk meets, as many as are to be compared exactly; nil where it went over its budget.
    private func candidates(
        of walk: GraphWalk,
        from start: RankedSlot,
        _ way: FilteredCosts.Way,
        _ costs: FilteredCosts,
        _ filter: some SlotFilter
    ) -> [RankedSlot]? {
        switch way {
        case .scan:
            return nil
        case .overAll(let effort, let width):
            let kept = max(k, effort)
            guard unsafe width <= 2 * GraphWalk.largestPool else {
                return unsafe explored(walk, from: start, effort: kept, costs, filter)
            }
            let met = unsafe walk.closestAmongAll(
                from: start,
                effort: kept,
                of: filter,
                width: max(kept, width),
                budget: costs.budget
            )
            return met.map { nearestLive($0) }
        case .overMatches(let effort):
            let kept = max(k, effort)
            guard unsafe kept <= 2 * GraphWalk.largestPool else {
                return unsafe explored(walk, from: start, effort: kept, costs, filter)
            }
            let met = unsafe walk.closestMembers(from: start, effort: kept, of: filter, budget: costs.budget)
            return met.map { nearestLive($0) }
        }
    }

    /// The same for more candidates than a sorted pool takes.
    private func explored(
        _ walk: GraphWalk,
        from start: RankedSlot,
        effort: Int,
        _ costs: FilteredCosts,
        _ filter: some SlotFilter
    ) -> [RankedSlot]? {
        let end = unsafe walk.explore(from: start, level: 0, effort: effort, accepting: filter, budget: costs.budget)
        guard case .complete = end else { return nil }
        return scratch.takeResults().filter { unsafe store.isLive($0.slot) }
    }
}
