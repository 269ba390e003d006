import MemoryModel

extension InMemoryTransaction {
    func createErasure(_ erasure: Erasure) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.erasures[erasure.id] == nil else {
                throw StoreError(.alreadyExists, "the erasure is there already", field: "id")
            }
            workspace.erasures[erasure.id] = erasure
        }
    }

    func erasure(_ id: Identifier<Erasure>) async throws(StoreError) -> Erasure {
        try read { workspace throws(StoreError) in
            guard let erasure = workspace.erasures[id] else {
                throw StoreError(.notFound, "no such erasure", field: "erasure")
            }
            return erasure
        }
    }

    func erasures(_ page: PageRequest) async throws(StoreError) -> Page<Erasure> {
        try read { workspace in
            let rows = workspace.erasures.values.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            return Self.page(rows, page) { .init(order: $0.createdAt.microseconds, id: $0.id) }
        }
    }

    func updateErasure(_ erasure: Erasure) async throws(StoreError) {
        try write { $0.erasures[erasure.id] = erasure }
    }

    func subjects(of erasure: Erasure) async throws(StoreError) -> ErasureSubjects {
        try read { Self.subjects(of: erasure, $0, at: self.now) }
    }

    func eraseRows(
        of erasure: Erasure,
        subjects: ErasureSubjects
    ) async throws(StoreError) -> [ErasedStore] {
        let (stores, changes) = try write { workspace in
            var counts: [(String, Int)] = []
            var changes: [IndexEntryChange] = []
            let gone = Set(subjects.collections)
            let versions = subjects.items.flatMap { workspace.items.removeValue(forKey: $0) ?? [] }
            counts.append(("item_versions", versions.count))
            for id in subjects.items {
                workspace.uses[id] = nil
                workspace.pruned[id] = nil
            }
            for item in versions where !gone.contains(item.collectionID) {
                changes.append(
                    IndexEntryChange(
                        collectionID: item.collectionID,
                        sourceID: item.id.as(IndexEntryChange.self),
                        version: item.version,
                        isLive: false
                    )
                )
            }
            counts.append(
                ("messages", subjects.messages.count { workspace.messages.removeValue(forKey: $0) != nil })
            )
            counts.append(("threads", subjects.threads.count { workspace.threads.removeValue(forKey: $0) != nil }))
            counts.append(("channels", subjects.channels.count { workspace.channels.removeValue(forKey: $0) != nil }))
            for id in gone {
                workspace.feeds[id] = nil
                if workspace.collections.removeValue(forKey: id) != nil { counts.append(("collections", 1)) }
            }
            counts.append(("agents", subjects.agents.count { workspace.agents.removeValue(forKey: $0) != nil }))
            if case .user(let id) = erasure.target, workspace.users.removeValue(forKey: id) != nil {
                counts.append(("users", 1))
            }
            if !workspace.answers.isEmpty { counts.append(("requests", workspace.answers.count)) }
            workspace.answers = [:]
            let stores = counts.filter { $0.1 > 0 }.map {
                ErasedStore(store: $0.0, count: Int64($0.1), at: self.now)
            }
            return (stores, changes)
        }
        stamp(changes)
        return stores
    }

    func mark(_ digests: [[UInt8]], for erasure: Identifier<Erasure>) async throws(StoreError) {
        try write { $0.marks.formUnion(digests) }
    }

    func markSecret() async throws(StoreError) -> [UInt8]? {
        try read { $0.marks.isEmpty ? nil : $0.fenceSecret }
    }

    func workspaceSecret() async throws(StoreError) -> [UInt8] {
        try read { $0.fenceSecret }
    }

    func marked(among digests: [[UInt8]]) async throws(StoreError) -> Set<[UInt8]> {
        try read { $0.marks.intersection(digests) }
    }

    func unmark(_ digests: [[UInt8]]) async throws(StoreError) {
        try write { $0.marks.subtract(digests) }
    }

    func acknowledgeErasure(
        _ id: Identifier<Erasure>,
        by node: Identifier<Node>,
        stores: [ErasedStore]
    ) async throws(StoreError) {}

    /// No node keeps copies beside this store.
    func nodes(following id: Identifier<Erasure>) async throws(StoreError) -> [FollowingNode] { [] }

    func authorizedCollections(
        _ ids: [Identifier<MemoryCollection>]
    ) async throws(StoreError) -> [AuthorizedCollection] {
        try read { workspace in
            ids.compactMap { workspace.collections[$0] }.map { collection in
                let feed = workspace.feeds[collection.id] ?? InMemoryFeed()
                return AuthorizedCollection(
                    readUnderPolicies: collection,
                    workspaceID: workspace.workspace.id,
                    head: FeedHead(lastSeq: feed.lastSeq, floor: feed.floor)
                )
            }
        }
    }

    private static func subjects(
        of erasure: Erasure,
        _ workspace: InMemoryWorkspace,
        at now: Timestamp
    ) -> ErasureSubjects {
        var subjects = ErasureSubjects()
        var principals: Set<String> = []
        switch erasure.target {
        case .item, .workspace, .pruned: break
        case .message(let id): subjects.messages = workspace.messages[id] == nil ? [] : [id]
        case .thread(let id): subjects.threads = workspace.threads[id] == nil ? [] : [id]
        case .channel(let id): subjects.channels = workspace.channels[id] == nil ? [] : [id]
        case .collection(let id): subjects.collections = workspace.collections[id] == nil ? [] : [id]
        case .agent(let id):
            subjects.agents = workspace.agents[id] == nil ? [] : [id]
            principals = ["agent:\(id)"]
        case .user(let id):
            subjects.agents = workspace.agents.values.filter { $0.ownerID == id }.map(\.id)
            principals = Set(["user:\(id)"] + subjects.agents.map { "agent:\($0)" })
        }
        subjects.collections += workspace.collections.values.filter { collection in
            collection.agentID.map(subjects.agents.contains) ?? false
                || collection.userID.map { erasure.target == .user($0) } ?? false
        }.map(\.id)
        subjects.threads += workspace.threads.values.filter { subjects.channels.contains($0.channelID) }.map(\.id)
        subjects.messages += workspace.messages.values.map(\.message)
            .filter { subjects.threads.contains($0.threadID) }.map(\.id)
        let threads = Set(subjects.threads)
        var found = Set(
            workspace.items.values.joined().filter { item in
                erasure.target == .item(item.id) || subjects.collections.contains(item.collectionID)
                    || item.provenance.principal.map(principals.contains) ?? false
                    || erasure.includesDerived
                        && (item.provenance.messageID.map(subjects.messages.contains) ?? false
                            || item.provenance.threadID.map(threads.contains) ?? false)
            }.map(\.id)
        )
        while erasure.includesDerived {
            let more = workspace.items.values.joined().filter { item in
                !found.contains(item.id) && item.provenance.derivedFrom.contains(where: found.contains)
            }
            if more.isEmpty { break }
            found.formUnion(more.map(\.id))
        }
        if case .pruned(let id) = erasure.target {
            found.formUnion(workspace.prunedItems(of: id, finalBy: now))
        }
        subjects.versions = found.flatMap { workspace.items[$0] ?? [] }.map {
            .init(itemID: $0.id, audienceID: $0.audienceID, contentHash: $0.contentHash)
        }
        return subjects
    }
}
