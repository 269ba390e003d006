import MemoryModel

extension InMemoryTransaction {
    func createCollection(_ collection: MemoryCollection) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.collections[collection.id] == nil else {
                throw StoreError(.alreadyExists, "collection", field: "id")
            }
            guard self.audiences(workspace).contains(collection.audienceID) else {
                throw StoreError(.notFound, "no such audience", field: "audience")
            }
            let isSecond = workspace.collections.values.contains { other in
                other.content == collection.content
                    && (collection.agentID.map { other.agentID == $0 } ?? false
                        || collection.userID.map { other.userID == $0 } ?? false)
            }
            guard !isSecond else { throw StoreError(.alreadyExists, "a personal collection is there", field: "owner") }
            workspace.collections[collection.id] = collection
            workspace.feeds[collection.id] = InMemoryFeed()
        }
    }

    func collection(_ id: Identifier<MemoryCollection>) async throws(StoreError) -> MemoryCollection {
        try read { workspace throws(StoreError) in
            guard let collection = workspace.collections[id],
                self.audiences(workspace).contains(collection.audienceID)
            else { throw StoreError(.notFound, "no such collection", field: "collection") }
            return collection
        }
    }

    func collections(_ page: PageRequest) async throws(StoreError) -> Page<MemoryCollection> {
        try read { workspace in
            let visible = self.audiences(workspace)
            let rows = workspace.collections.values.filter { visible.contains($0.audienceID) }.sorted { $0.id > $1.id }
            return Self.page(rows, page) { .init(order: 0, id: $0.id) }
        }
    }

    func personalCollection(of agent: Identifier<Agent>) async throws(StoreError) -> MemoryCollection? {
        try read { workspace in
            let visible = self.audiences(workspace)
            return workspace.collections.values.first { $0.agentID == agent && visible.contains($0.audienceID) }
        }
    }

    func personalCollection(of user: Identifier<User>) async throws(StoreError) -> MemoryCollection? {
        try read { workspace in
            let visible = self.audiences(workspace)
            return workspace.collections.values.first { $0.userID == user && visible.contains($0.audienceID) }
        }
    }

    func messageMemory(of audience: Identifier<Audience>) async throws(StoreError) -> MessageMemory {
        try read { workspace in
            MessageMemory(
                isOn: workspace.workspace.indexesMessages,
                collection: workspace.collections.values.first { $0.audienceID == audience && $0.content == .messages }
            )
        }
    }

    func messageCollections() async throws(StoreError) -> [MemoryCollection] {
        try read { workspace in
            let visible = self.audiences(workspace)
            return workspace.collections.values.filter { visible.contains($0.audienceID) && $0.content == .messages }
                .sorted { $0.id < $1.id }
        }
    }

    func deleteCollection(_ id: Identifier<MemoryCollection>) async throws(StoreError) {
        _ = try await collection(id)
        try write { workspace in
            workspace.collections[id] = nil
            workspace.feeds[id] = nil
            workspace.items = workspace.items.filter { $0.value.last?.collectionID != id }
        }
    }

    func stamp(_ changes: [IndexEntryChange]) {
        collect(changes: changes)
    }

    func reusableVectors(
        profile: EmbeddingProfile,
        textHashes: [[UInt8]]
    ) async throws(StoreError) -> [[UInt8]: [Float]] {
        try read { workspace in
            let wanted = Set(textHashes)
            var known: [[UInt8]: [Float]] = [:]
            for (id, feed) in workspace.feeds where workspace.collections[id]?.profile == profile {
                for entry in feed.entries.values {
                    for vector in entry.vectors where wanted.contains(vector.textHash) {
                        known[vector.textHash] = vector.vector
                    }
                }
            }
            return known
        }
    }
}
