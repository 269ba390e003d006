import MemoryModel

extension InMemoryTransaction {
    func createChannel(_ channel: Channel) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.channels[channel.id] == nil else {
                throw StoreError(.alreadyExists, "channel", field: "id")
            }
            guard self.audiences(workspace).contains(channel.audienceID) else {
                throw StoreError(.notFound, "no such audience", field: "audience")
            }
            workspace.channels[channel.id] = channel
        }
    }

    func channel(_ id: Identifier<Channel>) async throws(StoreError) -> Channel {
        try read { workspace throws(StoreError) in
            guard let channel = workspace.channels[id], self.audiences(workspace).contains(channel.audienceID) else {
                throw StoreError(.notFound, "no such channel", field: "channel")
            }
            return channel
        }
    }

    func channels(_ page: PageRequest) async throws(StoreError) -> Page<Channel> {
        try read { workspace in
            let visible = self.audiences(workspace)
            let rows = workspace.channels.values.filter { visible.contains($0.audienceID) }.sorted { $0.id > $1.id }
            return Self.page(rows, page) { .init(order: 0, id: $0.id) }
        }
    }

    func deleteChannel(_ id: Identifier<Channel>) async throws(StoreError) {
        let channel = try await channel(id)
        try bury { $0.channelID == id }
        try write { workspace in
            workspace.channels[channel.id] = nil
            let threads = Set(workspace.threads.values.filter { $0.channelID == id }.map(\.id))
            workspace.threads = workspace.threads.filter { !threads.contains($0.key) }
            workspace.forks = workspace.forks.filter { !threads.contains($0.value.threadID) }
            workspace.messages = workspace.messages.filter { $0.value.message.channelID != id }
        }
    }

    func createThread(_ thread: ConversationThread) async throws(StoreError) {
        _ = try await channel(thread.channelID)
        try write { workspace throws(StoreError) in
            guard workspace.threads[thread.id] == nil else {
                throw StoreError(.alreadyExists, "thread", field: "id")
            }
            workspace.threads[thread.id] = thread
        }
    }

    func thread(_ id: Identifier<ConversationThread>) async throws(StoreError) -> ConversationThread {
        try read { workspace throws(StoreError) in
            guard let thread = workspace.threads[id], self.audiences(workspace).contains(thread.audienceID) else {
                throw StoreError(.notFound, "no such thread", field: "thread")
            }
            return thread
        }
    }

    func threads(
        in channel: Identifier<Channel>?,
        _ page: PageRequest
    ) async throws(StoreError) -> Page<ConversationThread> {
        try read { workspace in
            let visible = self.audiences(workspace)
            let rows = workspace.threads.values
                .filter { visible.contains($0.audienceID) && (channel == nil || $0.channelID == channel) }
                .sorted { $0.id > $1.id }
            return Self.page(rows, page) { .init(order: 0, id: $0.id) }
        }
    }

    func updateThread(_ thread: ConversationThread) async throws(StoreError) {
        _ = try await self.thread(thread.id)
        try write { $0.threads[thread.id] = thread }
    }

    func deleteThread(_ id: Identifier<ConversationThread>) async throws(StoreError) {
        _ = try await thread(id)
        try bury { $0.threadID == id }
        try write { workspace in
            workspace.threads[id] = nil
            workspace.forks = workspace.forks.filter { $0.value.threadID != id }
            workspace.messages = workspace.messages.filter { $0.value.message.threadID != id }
        }
    }

    func createFork(_ fork: Fork) async throws(StoreError) {
        let point = try await message(fork.forkPointID)
        guard point.threadID == fork.threadID, point.forkID == fork.parentForkID else {
            throw StoreError(.invalid, "the fork point does not lie in the parent", field: "fork_point")
        }
        try write { workspace throws(StoreError) in
            guard workspace.forks[fork.id] == nil else { throw StoreError(.alreadyExists, "fork", field: "id") }
            workspace.forks[fork.id] = fork
        }
    }

    func fork(_ id: Identifier<Fork>) async throws(StoreError) -> Fork {
        try read { workspace throws(StoreError) in
            guard let fork = workspace.forks[id], self.audiences(workspace).contains(fork.audienceID) else {
                throw StoreError(.notFound, "no such fork", field: "fork")
            }
            return fork
        }
    }

    func forks(of thread: Identifier<ConversationThread>, _ page: PageRequest) async throws(StoreError) -> Page<Fork> {
        _ = try await self.thread(thread)
        return try read { workspace in
            let rows = workspace.forks.values.filter { $0.threadID == thread }.sorted { $0.id > $1.id }
            return Self.page(rows, page) { .init(order: 0, id: $0.id) }
        }
    }

    func endFork(
        _ id: Identifier<Fork>,
        status: ForkStatus,
        summary: String?,
        at time: Timestamp
    ) async throws(StoreError) -> Fork {
        var fork = try await fork(id)
        guard fork.status == .active else { throw StoreError(.conflict, "the fork has ended", field: "fork") }
        fork.status = status
        fork.summary = summary
        fork.endedAt = time
        let ended = fork
        try write { $0.forks[id] = ended }
        return ended
    }
}
