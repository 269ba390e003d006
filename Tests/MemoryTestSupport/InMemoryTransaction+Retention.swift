import MemoryModel

extension InMemoryTransaction {
    func retentionPolicy(
        of collection: Identifier<MemoryCollection>
    ) async throws(StoreError) -> RetentionPolicy? {
        try read { $0.policies[collection] }
    }

    func setRetentionPolicy(
        _ policy: RetentionPolicy,
        of collection: Identifier<MemoryCollection>
    ) async throws(StoreError) {
        try write { workspace in
            workspace.policies[collection] = policy.isEmpty ? nil : policy
            let from = workspace.usesNotedFrom[collection] ?? self.now
            workspace.usesNotedFrom[collection] = policy.maximumUnused == nil ? nil : from
        }
    }

    func noteUses(of items: [Identifier<ContextItem>], at time: Timestamp) async throws(StoreError) {
        try write { workspace in
            for id in items {
                guard let collection = workspace.items[id]?.last?.collectionID,
                    workspace.usesNotedFrom[collection] != nil
                else { continue }
                if let last = workspace.uses[id], last >= time.advanced(bySeconds: -3_600) { continue }
                workspace.uses[id] = time
            }
        }
    }

    func prunable(
        by policy: RetentionPolicy,
        in collection: Identifier<MemoryCollection>,
        limit: Int
    ) async throws(StoreError) -> [PrunableItem] {
        try read { Array(self.prunable(by: policy, in: collection, $0).prefix(limit)) }
    }

    func prunableCounts(
        by policy: RetentionPolicy,
        in collection: Identifier<MemoryCollection>
    ) async throws(StoreError) -> [PruneReason: Int] {
        try read { workspace in
            Dictionary(grouping: self.prunable(by: policy, in: collection, workspace), by: \.reason)
                .mapValues(\.count)
        }
    }

    func prune(_ items: [PrunableItem], finalAt: Timestamp) async throws(StoreError) -> [ContextItem] {
        try write { workspace in
            items.compactMap { found in
                guard var versions = workspace.items[found.id], var last = versions.popLast(),
                    last.version == found.version, !last.isPinned
                else { return nil }
                if last.state == .active {
                    last.state = .expired
                    last.updatedAt = self.now
                }
                workspace.items[found.id] = versions + [last]
                workspace.pruned[found.id] = InMemoryPruning(at: self.now, finalAt: finalAt)
                return last
            }
        }
    }

    func restorePruned(
        _ selection: PrunedSelection,
        in collection: Identifier<MemoryCollection>,
        limit: Int
    ) async throws(StoreError) -> [ContextItem] {
        try write { workspace in
            let found = workspace.pruned.filter { id, pruning in
                pruning.restoredAt == nil && workspace.items[id]?.last?.collectionID == collection
                    && selection.since.map { pruning.at >= $0 } ?? true
                    && selection.items.map { $0.contains(id) } ?? true
            }
            return found.sorted { ($0.value.at, $0.key) < ($1.value.at, $1.key) }.prefix(limit).compactMap { id, _ in
                workspace.pruned[id]?.restoredAt = self.now
                guard var versions = workspace.items[id], var last = versions.popLast() else { return nil }
                if last.state == .expired {
                    let isReplaced = last.supersededBy != nil && last.invalidAt.map { $0 <= self.now } ?? false
                    last.state = isReplaced ? .superseded : .active
                    last.updatedAt = self.now
                }
                workspace.items[id] = versions + [last]
                return last
            }
        }
    }

    func pruningState(of collection: Identifier<MemoryCollection>) async throws(StoreError) -> PruningState {
        try read { workspace in
            if workspace.prunedItems(of: collection, finalBy: nil).isEmpty { return .none }
            let isUnderWay = workspace.erasures.values.contains {
                $0.target == .pruned(collection) && $0.rowsErasedAt == nil
            }
            return isUnderWay || workspace.prunedItems(of: collection, finalBy: self.now).isEmpty ? .waiting : .due
        }
    }

    private func prunable(
        by policy: RetentionPolicy,
        in collection: Identifier<MemoryCollection>,
        _ workspace: InMemoryWorkspace
    ) -> [PrunableItem] {
        func isBefore(_ time: Timestamp, _ age: Duration?) -> Bool {
            age.map { time < now.advanced(bySeconds: -$0.components.seconds) } ?? false
        }
        let candidates = workspace.items.values.compactMap(\.last)
            .filter { $0.collectionID == collection && !$0.isPinned }
            .compactMap { item -> (item: ContextItem, since: Timestamp)? in
                guard let pruning = workspace.pruned[item.id] else { return (item, item.createdAt) }
                guard pruning.restoredAt != nil || item.state == .active else { return nil }
                return (item, max(item.createdAt, pruning.restoredAt ?? pruning.at))
            }
            .sorted { ($0.since, $0.item.id) > ($1.since, $1.item.id) }
        let found = candidates.enumerated().compactMap { place, candidate -> PrunableItem? in
            let (item, since) = candidate
            let notedFrom = workspace.usesNotedFrom[collection] ?? now
            let used = max(since, workspace.uses[item.id] ?? since, notedFrom)
            var reason: PruneReason?
            if isBefore(since, policy.maximumAge) {
                reason = .age
            } else if isBefore(used, policy.maximumUnused) {
                reason = .unused
            } else if let least = policy.minimumImportance, item.importance < least,
                isBefore(since, policy.importanceAge)
            {
                reason = .importance
            } else if let count = policy.maximumCount, place >= Int(count) {
                reason = .count
            }
            return reason.map { PrunableItem(id: item.id, version: item.version, reason: $0) }
        }
        return found.reversed()
    }
}

extension InMemoryWorkspace {
    /// Pruned items of a collection that nothing has rescued since, all or those whose window has passed by a time.
    func prunedItems(
        of collection: Identifier<MemoryCollection>,
        finalBy time: Timestamp?
    ) -> [Identifier<ContextItem>] {
        pruned.compactMap { id, pruning in
            guard pruning.restoredAt == nil, time.map({ pruning.finalAt <= $0 }) ?? true,
                let item = items[id]?.last, item.collectionID == collection, item.state != .active, !item.isPinned
            else { return nil }
            return id
        }
    }
}
