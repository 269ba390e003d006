public import MemoryModel
import Synchronization

extension InMemoryMemoryStore: FeedReader {
    /// Where the feed stands.
    public func head(of collection: AuthorizedCollection) async throws(StoreError) -> FeedHead {
        let feed = try feed(of: collection)
        return FeedHead(lastSeq: feed.lastSeq, floor: feed.floor)
    }

    /// Entries above a place, in order of their places.
    public func changes(
        in collection: AuthorizedCollection,
        after seq: Int64,
        limit: Int
    ) async throws(StoreError) -> [FeedEntry] {
        try feed(of: collection).entries.values.filter { $0.seq > seq }.sorted { $0.seq < $1.seq }.prefix(limit)
            .map { InMemoryFeed.row($0, generation: collection.collection.generation) }
    }

    /// Live entries above a key, in order of their keys.
    public func entries(
        in collection: AuthorizedCollection,
        afterKey key: Int64,
        limit: Int
    ) async throws(StoreError) -> [FeedEntry] {
        try feed(of: collection).entries.values.filter { $0.key > key && $0.isLive }.sorted { $0.key < $1.key }
            .prefix(limit)
            .map { InMemoryFeed.row($0, generation: collection.collection.generation) }
    }

    private func feed(of collection: AuthorizedCollection) throws(StoreError) -> InMemoryFeed {
        let feed = state.withLock { $0.workspaces[collection.workspaceID]?.feeds[collection.collection.id] }
        guard let feed else { throw StoreError(.notFound, "no such collection", field: "collection") }
        return feed
    }

    /// Raises the place below which a follower must rebuild, as pruning the feed does.
    public func raiseFloor(
        of collection: Identifier<MemoryCollection>,
        in workspace: Identifier<Workspace>,
        to floor: Int64
    ) {
        state.withLock { $0.workspaces[workspace]?.feeds[collection]?.floor = floor }
    }
}

extension InMemoryMemoryStore: CredentialStore {
    /// The key with this id in any workspace, or nil.
    public func findKey(
        _ id: Identifier<APIKey>,
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> KeyCredential? {
        let stored = state.withLock { state in state.workspaces.values.lazy.compactMap { $0.keys[id] }.first }
        guard let stored else { return nil }
        let isUsable = stored.key.revokedAt == nil && stored.key.expiresAt.map { clock.now < $0 } ?? true
        return KeyCredential(key: stored.key, secretHash: stored.secretHash, isUsable: isUsable)
    }

    /// The person with this external id, or with this id and no external one.
    public func findMember(
        _ subject: String,
        in workspace: Identifier<Workspace>,
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> WorkspaceMember? {
        let users = state.withLock { state in state.workspaces[workspace].map { Array($0.users.values) } ?? [] }
        let found =
            users.first { $0.externalID == subject }
            ?? users.first { $0.externalID == nil && $0.id == Identifier(subject) }
        return found.map { WorkspaceMember(userID: $0.id, role: $0.role) }
    }

    /// Adds a person with an external id, or returns who has it.
    public func addMember(
        _ user: User,
        audienceID: Identifier<Audience>,
        in workspace: Identifier<Workspace>
    ) async throws(StoreError) -> WorkspaceMember? {
        state.withLock { state in
            guard let users = state.workspaces[workspace]?.users else { return nil }
            let present = users.values.first { $0.externalID == user.externalID }
            if present == nil {
                state.workspaces[workspace]?.users[user.id] = user
                let audience = Audience(id: audienceID, kind: .user, userID: user.id)
                state.workspaces[workspace]?.audiences[audienceID] = audience
            }
            let member = present ?? user
            return WorkspaceMember(userID: member.id, role: member.role)
        }
    }

    /// Notes that keys were used.
    public func touchKeys(_ ids: [Identifier<APIKey>]) async throws(StoreError) {
        state.withLock { state in
            for id in state.workspaces.keys {
                for key in ids { state.workspaces[id]?.keys[key]?.key.lastUsedAt = clock.now }
            }
        }
    }
}

extension InMemoryMemoryStore: JobQueue {
    /// Claims ready jobs, in turn over workspaces.
    public func claim(limit: Int, lease: Duration) async throws(StoreError) -> [ClaimedJob] {
        try await exclusively { state, now in
            var claimed: [ClaimedJob] = []
            let until = now.advanced(bySeconds: lease.components.seconds)
            var turn = state.workspaces.keys.sorted()
            if let last = state.lastClaimed, let place = turn.firstIndex(where: { $0 > last }) {
                turn = Array(turn[place...] + turn[..<place])
            }
            var isProgressing = true
            while claimed.count < limit, isProgressing {
                isProgressing = false
                for id in turn where claimed.count < limit {
                    let ready = state.workspaces[id]?.jobs.values
                        .filter {
                            !$0.isDone && !$0.isDead && $0.readyAt <= now && ($0.lease.map { $0.until <= now } ?? true)
                        }
                        .min { ($0.readyAt, $0.id) < ($1.readyAt, $1.id) }
                    guard var job = ready else { continue }
                    job.attempt += 1
                    job.lease = (state.nextLease, until)
                    state.nextLease += 1
                    state.workspaces[id]?.jobs[job.id] = job
                    state.lastClaimed = id
                    isProgressing = true
                    claimed.append(
                        ClaimedJob(
                            id: job.id,
                            workspaceID: id,
                            payload: job.payload,
                            attempt: job.attempt,
                            lease: job.lease?.number ?? 0
                        )
                    )
                }
            }
            return claimed
        }
    }

    /// Extends a lease; false where it was lost.
    public func extendLease(of job: ClaimedJob, by lease: Duration) async throws(StoreError) -> Bool {
        try await exclusively { state, now in
            guard let held = state.workspaces[job.workspaceID]?.jobs[job.id]?.lease, held.number == job.lease,
                held.until > now
            else { return false }
            let until = now.advanced(bySeconds: lease.components.seconds)
            state.workspaces[job.workspaceID]?.jobs[job.id]?.lease = (held.number, until)
            return true
        }
    }

    /// Gives a job back, or puts it aside as dead.
    public func fail(
        _ job: ClaimedJob,
        reason: String,
        retryAfter: Duration,
        isFinal: Bool
    ) async throws(StoreError) {
        try await exclusively { state, now in
            guard var stored = state.workspaces[job.workspaceID]?.jobs[job.id], stored.lease?.number == job.lease else {
                return
            }
            stored.lease = nil
            stored.isDead = isFinal
            stored.readyAt = now.advanced(bySeconds: retryAfter.components.seconds)
            state.workspaces[job.workspaceID]?.jobs[job.id] = stored
        }
    }

    /// How many jobs are ready, leased and dead.
    public func counts() async throws(StoreError) -> JobCounts {
        let now = clock.now
        let jobs = state.withLock { $0.workspaces.values.flatMap(\.jobs.values) }.filter { !$0.isDone }
        let leased = jobs.count { !$0.isDead && $0.lease.map { $0.until > now } ?? false }
        let dead = jobs.count(where: \.isDead)
        return JobCounts(ready: jobs.count - leased - dead, leased: leased, dead: dead)
    }

    /// Changes the whole state in the writer's turn, so that no open transaction undoes it.
    private func exclusively<Value: Sendable>(
        _ body: @Sendable (inout InMemoryState, Timestamp) -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await writing { state.withLock { body(&$0, clock.now) } }
        } catch {
            throw StoreError(.internal, "the turn failed")
        }
    }
}
