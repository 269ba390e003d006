import MemoryModel

extension InMemoryTransaction {
    func contextPrelude(_ request: ContextPreludeRequest) async throws(StoreError) -> ContextPrelude {
        let thread: ConversationThread? =
            if let id = request.threadID { try await self.thread(id) } else { nil }
        return try read { workspace throws(StoreError) in
            let visible = try self.audiences(for: request.agentID, workspace)
            let collections = try Self.collections(request, visible: visible, workspace)
            let ids = Set(collections.map(\.id))
            let scopes = request.pinScopes.union([.global])
            let pins = workspace.items.values.compactMap(\.last)
                .filter {
                    $0.isPinned && $0.state == .active && ids.contains($0.collectionID) && scopes.contains($0.scope)
                }
                .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
            return ContextPrelude(
                collections: collections.map { collection in
                    let feed = workspace.feeds[collection.id] ?? InMemoryFeed()
                    return AuthorizedCollection(
                        readUnderPolicies: collection,
                        workspaceID: workspace.workspace.id,
                        head: FeedHead(lastSeq: feed.lastSeq, floor: feed.floor)
                    )
                },
                pins: pins,
                recentMessages: Self.recent(request, workspace),
                channelID: thread?.channelID,
                forkLine: request.forkID.flatMap { Self.line(of: $0, workspace) },
                fenceSecret: workspace.fenceSecret
            )
        }
    }

    func insertTraces(_ traces: [ContextTrace]) async throws(StoreError) {
        try write { workspace in
            for trace in traces { workspace.traces[trace.id] = trace }
        }
    }

    func trace(_ id: Identifier<ContextPack>) async throws(StoreError) -> ContextTrace {
        try read { workspace throws(StoreError) in
            guard let trace = workspace.traces[id] else {
                throw StoreError(.notFound, "no such context", field: "context")
            }
            return trace
        }
    }

    private func audiences(
        for agent: Identifier<Agent>?,
        _ workspace: InMemoryWorkspace
    ) throws(StoreError) -> Set<Identifier<Audience>> {
        let own = self.audiences(workspace)
        guard let agent else { return own }
        guard workspace.agents[agent] != nil,
            let audience = workspace.audiences.values.first(where: { $0.agentID == agent }),
            own.contains(audience.id)
        else { throw StoreError(.notFound, "no such agent", field: "agent") }
        return own.intersection(Self.audiences(of: nil, agent, workspace))
    }

    private static func collections(
        _ request: ContextPreludeRequest,
        visible: Set<Identifier<Audience>>,
        _ workspace: InMemoryWorkspace
    ) throws(StoreError) -> [MemoryCollection] {
        let all = workspace.collections.values.filter {
            visible.contains($0.audienceID) && request.contents.contains($0.content)
                && ($0.content == .items || workspace.workspace.indexesMessages)
        }
        guard let ids = request.collectionIDs else { return all.sorted { $0.id < $1.id } }
        let chosen = all.filter { ids.contains($0.id) }.sorted { $0.id < $1.id }
        guard chosen.count == Set(ids).count else {
            throw StoreError(.notFound, "no such collection", field: "collections")
        }
        return chosen
    }

    private static func line(of fork: Identifier<Fork>, _ workspace: InMemoryWorkspace) -> ForkLine? {
        guard let first = workspace.forks[fork] else { return nil }
        var positions: [Identifier<Fork>?: Int64] = [fork: .max]
        var last = first
        while true {
            positions[last.parentForkID] = workspace.messages[last.forkPointID]?.message.position ?? 0
            guard let parent = last.parentForkID.flatMap({ workspace.forks[$0] }) else { break }
            last = parent
        }
        return ForkLine(threadID: first.threadID, lastPositions: positions)
    }

    private static func recent(_ request: ContextPreludeRequest, _ workspace: InMemoryWorkspace) -> [Message] {
        guard let thread = request.threadID else { return [] }
        return workspace.messages.values.map(\.message)
            .filter { message in
                guard let fork = request.forkID else { return message.threadID == thread && message.forkID == nil }
                return isVisible(message, in: fork, workspace)
            }
            .sorted { ($0.createdAt, $0.position, $0.id) < ($1.createdAt, $1.position, $1.id) }
            .suffix(request.recentMessages)
    }
}
