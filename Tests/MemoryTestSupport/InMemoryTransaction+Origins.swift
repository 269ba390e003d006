import MemoryModel

extension InMemoryTransaction {
    func items(from origin: ItemOrigin, includingDerived: Bool) async throws(StoreError) -> [OriginatedItem] {
        try read { workspace in
            let visible = self.audiences(workspace)
            let all = workspace.items.values.filter { $0.first.map { visible.contains($0.audienceID) } ?? false }
            var found: [Identifier<ContextItem>: Int32?] = [:]
            for versions in all {
                guard let place = versions.firstIndex(where: { Self.comes($0, from: origin) }) else { continue }
                found[versions[place].id] = .some(place > 0 ? versions[place - 1].version : nil)
            }
            while includingDerived {
                let more = all.compactMap(\.last).filter { item in
                    found[item.id] == nil && item.provenance.derivedFrom.contains { found[$0] != nil }
                }
                if more.isEmpty { break }
                for item in more { found[item.id] = .some(nil) }
            }
            return found.map { OriginatedItem(id: $0.key, lastGoodVersion: $0.value) }.sorted { $0.id < $1.id }
        }
    }

    func quarantine(
        _ ids: [Identifier<ContextItem>],
        for reason: QuarantineReason
    ) async throws(StoreError) -> [ContextItem] {
        try write { workspace in
            ids.compactMap { id in
                guard var versions = workspace.items[id], var last = versions.popLast(),
                    [.active, .expired].contains(last.state)
                else { return nil }
                last.state = .quarantined
                last.quarantineReasons.removeAll { $0 == reason }
                last.quarantineReasons.append(reason)
                last.updatedAt = self.now
                workspace.items[id] = versions + [last]
                return last
            }
        }
    }

    private static func comes(_ item: ContextItem, from origin: ItemOrigin) -> Bool {
        origin.source.map { item.source == $0 } ?? true
            && origin.principal.map { item.provenance.principal == $0 } ?? true
            && origin.messageID.map { item.provenance.messageID == $0 } ?? true
            && origin.threadID.map { item.provenance.threadID == $0 } ?? true
            && origin.url.map { item.provenance.url == $0 } ?? true
            && origin.from.map { item.updatedAt >= $0 } ?? true
    }
}
