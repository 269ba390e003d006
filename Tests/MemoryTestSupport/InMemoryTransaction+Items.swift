import MemoryModel

extension InMemoryTransaction {
    func insertItems(_ items: [ContextItem]) async throws(StoreError) -> [StoredItem] {
        try write { workspace throws(StoreError) in
            let visible = self.audiences(workspace)
            var stored: [StoredItem] = []
            for item in items {
                if let first = workspace.items[item.id]?.first, let present = workspace.items[item.id]?.last {
                    guard first.contentHash == item.contentHash, first.collectionID == item.collectionID else {
                        throw StoreError(.conflict, "the item is there with other content", field: "id")
                    }
                    stored.append(StoredItem(item: present, isNew: false))
                    continue
                }
                guard let collection = workspace.collections[item.collectionID],
                    visible.contains(collection.audienceID)
                else { throw StoreError(.notFound, "no such collection", field: "collection") }
                workspace.items[item.id] = [item]
                stored.append(StoredItem(item: item, isNew: true))
            }
            return stored
        }
    }

    func item(_ id: Identifier<ContextItem>) async throws(StoreError) -> ContextItem {
        try read { workspace throws(StoreError) in
            guard let item = workspace.items[id]?.last, self.audiences(workspace).contains(item.audienceID) else {
                throw StoreError(.notFound, "no such item", field: "item")
            }
            return item
        }
    }

    func items(_ references: [ItemVersionReference]) async throws(StoreError) -> [ContextItem] {
        try read { workspace in
            let visible = self.audiences(workspace)
            return references.compactMap { reference in
                workspace.items[reference.itemID]?.first { $0.version == reference.version }
            }
            .filter { visible.contains($0.audienceID) }
        }
    }

    func versions(of id: Identifier<ContextItem>) async throws(StoreError) -> [ContextItem] {
        _ = try await item(id)
        return try read { $0.items[id]?.reversed() ?? [] }
    }

    func items(matching filter: ItemFilter, _ page: PageRequest) async throws(StoreError) -> Page<ContextItem> {
        try read { workspace in
            let visible = self.audiences(workspace)
            let rows = workspace.items.values.compactMap(\.last)
                .filter { visible.contains($0.audienceID) && Self.matches($0, filter) }
                .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            return Self.page(rows, page) { .init(order: $0.createdAt.microseconds, id: $0.id) }
        }
    }

    func appendVersion(_ item: ContextItem) async throws(StoreError) {
        let present = try await self.item(item.id)
        guard item.version == present.version + 1 else {
            throw StoreError(.conflict, "the present version is another", field: "version")
        }
        try write { workspace in
            guard var versions = workspace.items[item.id], var last = versions.popLast() else { return }
            last.state = .superseded
            last.invalidAt = min(last.invalidAt ?? self.now, self.now)
            last.updatedAt = self.now
            versions += [last, item]
            workspace.items[item.id] = versions
        }
    }

    func updateItem(_ item: ContextItem) async throws(StoreError) {
        let present = try await self.item(item.id)
        guard item.version == present.version else {
            throw StoreError(.conflict, "the present version is another", field: "version")
        }
        try write { workspace in
            guard var versions = workspace.items[item.id] else { return }
            versions[versions.count - 1] = item
            workspace.items[item.id] = versions
        }
    }

    func deleteItem(_ id: Identifier<ContextItem>) async throws(StoreError) {
        _ = try await item(id)
        try write { workspace in
            workspace.items[id] = nil
            workspace.uses[id] = nil
            workspace.pruned[id] = nil
        }
    }

    private static func matches(_ item: ContextItem, _ filter: ItemFilter) -> Bool {
        (filter.collections?.contains(item.collectionID) ?? true)
            && (filter.kinds.isEmpty || filter.kinds.contains(item.kind))
            && filter.tags.isSubset(of: item.tags)
            && (filter.scopes.isEmpty || filter.scopes.contains(item.scope))
            && (filter.sources.isEmpty || filter.sources.contains(item.source))
            && filter.states.contains(item.state)
            && filter.isPinned.map { item.isPinned == $0 } ?? true
            && filter.minimumTrust.map { item.trust >= $0 } ?? true
            && filter.createdFrom.map { item.createdAt >= $0 } ?? true
            && filter.createdBefore.map { item.createdAt < $0 } ?? true
    }
}
