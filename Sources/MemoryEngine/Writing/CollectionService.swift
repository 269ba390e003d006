public import MemoryModel

/// Finds the collection a write goes to, and makes personal ones at first use.
public struct CollectionService: Sendable {
    private let identifiers: IdentifierGenerator
    private let profile: EmbeddingProfile?

    /// Makes a service whose new collections are embedded under a profile, or not at all.
    public init(identifiers: IdentifierGenerator, profile: EmbeddingProfile?) {
        self.identifiers = identifiers
        self.profile = profile
    }

    /// The collection a target names.
    ///
    /// - Throws: `StoreError`, or `EngineError` where the principal has no collection of its own.
    public func collection(
        for target: CollectionTarget,
        in tx: any MemoryTransaction
    ) async throws -> MemoryCollection {
        switch target {
        case .collection(let id):
            return try await tx.collection(id)
        case .agent(let agent):
            return try await personalCollection(of: agent, in: tx)
        case .user(let user):
            return try await personalCollection(of: user, in: tx)
        case .own:
            if let agent = tx.principal.agentID { return try await personalCollection(of: agent, in: tx) }
            if let user = tx.principal.userID { return try await personalCollection(of: user, in: tx) }
            throw EngineError(
                .invalid,
                "this credential acts for no agent or user: name an agent or a collection",
                field: "collection"
            )
        }
    }

    /// The personal collection of an agent, made now where there is none.
    ///
    /// - Throws: `StoreError`.
    public func personalCollection(
        of agent: Identifier<Agent>,
        in tx: any MemoryTransaction
    ) async throws -> MemoryCollection {
        try await onlyOne(in: tx) { tx throws(StoreError) in
            try await tx.personalCollection(of: agent)
        } make: { tx, id throws(StoreError) in
            MemoryCollection(
                id: id,
                audienceID: try await tx.audienceID(of: agent),
                name: try await tx.agent(agent).name,
                agentID: agent,
                profile: profile,
                createdAt: tx.now
            )
        }
    }

    /// The personal collection of a user, made now where there is none.
    ///
    /// - Throws: `StoreError`.
    public func personalCollection(
        of user: Identifier<User>,
        in tx: any MemoryTransaction
    ) async throws -> MemoryCollection {
        try await onlyOne(in: tx) { tx throws(StoreError) in
            try await tx.personalCollection(of: user)
        } make: { tx, id throws(StoreError) in
            MemoryCollection(
                id: id,
                audienceID: try await tx.audienceID(of: user),
                name: try await tx.user(user).name,
                userID: user,
                profile: profile,
                createdAt: tx.now
            )
        }
    }

    /// The collection of an audience's messages, made now where there is none.
    ///
    /// - Throws: `StoreError`.
    func messageCollection(
        of audience: Identifier<Audience>,
        in tx: any MemoryTransaction
    ) async throws -> MemoryCollection {
        try await onlyOne(in: tx) { tx throws(StoreError) in
            try await tx.messageMemory(of: audience).collection
        } make: { tx, id throws(StoreError) in
            MemoryCollection(
                id: id,
                audienceID: audience,
                name: "messages",
                content: .messages,
                profile: profile,
                createdAt: tx.now
            )
        }
    }

    /// Makes a shared collection; its audience is the whole workspace where none is named.
    ///
    /// - Throws: `StoreError`, or `EngineError` for an empty name.
    public func createShared(
        id: Identifier<MemoryCollection>? = nil,
        name: String,
        audience: Identifier<Audience>? = nil,
        in tx: any MemoryTransaction
    ) async throws -> MemoryCollection {
        guard !name.isEmpty else { throw EngineError(.invalid, "a collection needs a name", field: "name") }
        var audienceID = audience
        if audienceID == nil { audienceID = try await tx.workspaceAudienceID() }
        guard let audienceID else { throw EngineError(.internal, "the workspace has no audience") }
        let collection = MemoryCollection(
            id: id ?? identifiers.next(),
            audienceID: audienceID,
            name: name,
            profile: profile,
            createdAt: tx.now
        )
        try await tx.createCollection(collection)
        return collection
    }

    /// Deletes a collection with its items.
    ///
    /// - Throws: `StoreError`; `EngineError` (`conflict`) for a collection of messages, which is there as long as
    ///   messages are memory.
    public func delete(_ id: Identifier<MemoryCollection>, in tx: any MemoryTransaction) async throws {
        guard try await tx.collection(id).content == .items else {
            throw EngineError(.conflict, "holds messages: switch those off in the workspace", field: "collection")
        }
        try await tx.deleteCollection(id)
    }

    /// The collection of which there is one: made now where there is none, or by a transaction that was quicker.
    private func onlyOne(
        in tx: any MemoryTransaction,
        find: (any MemoryTransaction) async throws(StoreError) -> MemoryCollection?,
        make: (any MemoryTransaction, Identifier<MemoryCollection>) async throws(StoreError) -> MemoryCollection
    ) async throws(StoreError) -> MemoryCollection {
        if let collection = try await find(tx) { return collection }
        let collection = try await make(tx, identifiers.next())
        do throws(StoreError) {
            try await tx.createCollection(collection)
            return collection
        } catch {
            guard error.code == .alreadyExists, let winner = try await find(tx) else { throw error }
            return winner
        }
    }
}
