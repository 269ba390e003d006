internal import MemoryModel

extension ContextService {
    /// The query's text without blanks around it, or empty.
    func checked(_ query: ContextQuery) throws(EngineError) -> String {
        guard query.query.unicodeScalars.count <= limits.query else {
            throw EngineError(.tooLarge, "is longer than \(limits.query) characters", field: "query")
        }
        guard (1...limits.tokenBudget).contains(query.tokenBudget) else {
            throw EngineError(.invalid, "must lie between 1 and \(limits.tokenBudget)", field: "token_budget")
        }
        guard (0...limits.recentMessages).contains(query.recentMessages) else {
            throw EngineError(.invalid, "must lie between 0 and \(limits.recentMessages)", field: "recent_messages")
        }
        if let count = query.collectionIDs?.count, count > limits.collections {
            throw EngineError(.tooLarge, "names more than \(limits.collections) collections", field: "collections")
        }
        if query.forkID != nil, query.threadID == nil {
            throw EngineError(.invalid, "is needed where a fork is named", field: "thread_id")
        }
        let isBlank = query.query.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        return isBlank ? "" : query.query
    }

    func prelude(
        for query: ContextQuery,
        as principal: Principal,
        deadline: ContinuousClock.Instant?
    ) async throws -> ContextPrelude {
        var scopes: Set<ItemScope> = [.global]
        if let task = query.taskID { scopes.insert(.task(task)) }
        if let thread = query.threadID { scopes.insert(.thread(thread)) }
        if let channel = query.channelID { scopes.insert(.channel(channel)) }
        let request = ContextPreludeRequest(
            agentID: query.agentID,
            collectionIDs: query.collectionIDs,
            contents: Set(query.types.map(\.content)),
            pinScopes: scopes,
            threadID: query.threadID,
            forkID: query.forkID,
            recentMessages: query.threadID == nil ? 0 : query.recentMessages
        )
        let prelude = try await store.withTransaction(as: principal, .reading(until: deadline)) { tx in
            try await tx.contextPrelude(request)
        }.value
        reads?.note(prelude.collections.map(\.collection), by: principal)
        return prelude
    }

    func filter(for query: ContextQuery, _ prelude: ContextPrelude) -> IndexFilter {
        let now = clock.now
        let time = query.asOf ?? now
        return IndexFilter(
            filter: query.filter,
            messages: query.messageFilter,
            forkLine: prelude.forkLine,
            place: QueryPlace(
                channel: (query.channelID ?? prelude.channelID)?.description,
                thread: query.threadID?.description,
                task: query.taskID
            ),
            time: time,
            isPast: time < now
        )
    }

    func freshness(
        of found: Retriever.Result,
        query: ContextQuery,
        prelude: ContextPrelude
    ) -> ContextFreshness {
        let searched = Set(prelude.collections.map(\.collection.id))
        let tokenMet = query.token.map { token in
            token.epoch == store.epoch
                && token.positions.allSatisfy { collection, seq in
                    !searched.contains(collection) || (found.positions[collection] ?? 0) >= seq
                }
        }
        return ContextFreshness(
            tokenMet: tokenMet,
            lexicalCurrent: found.lexicalCurrent,
            awaitingVectors: found.awaitingVectors
        )
    }

    /// The vector of a question, begun at once; nil where the question may name an author: then it is embedded once, in the words
    /// that are settled when the words leg has found out whom it names.
    func embedding(
        of text: String,
        for subject: UsageSubject,
        deadline: ContinuousClock.Instant?
    ) -> Task<QueryEmbedder.Outcome, Never>? {
        guard !AuthorMention.isLikely(in: text) else { return nil }
        return Task { await embedder.embed(text, for: subject, deadline: deadline) }
    }

    /// Candidates from one rank to another with their content, for an item search.
    func retrieve(
        _ query: ContextQuery,
        from start: Int,
        to end: Int,
        as principal: Principal,
        _ deadline: ContinuousClock.Instant?
    ) async throws -> (read: [ContentReader.Read], found: Retriever.Result, freshness: ContextFreshness) {
        var query = query
        query.types = [.item]
        let text = try checked(query)
        let subject = UsageSubject(query, principal)
        let embedding = embedding(of: text, for: subject, deadline: deadline)
        defer { embedding?.cancel() }
        let prelude = try await prelude(for: query, as: principal, deadline: deadline)
        let filter = filter(for: query, prelude)
        let request = Retriever.Request(
            text: text,
            subject: subject,
            collections: prelude.collections,
            filter: filter,
            legLimit: max(configuration.legLimit, end + 1),
            retiredLimit: 0
        )
        let found = try await retriever.retrieve(request, embedding: embedding, deadline: deadline)
        let read = try await reader.read(
            Array(found.candidates.prefix(end).dropFirst(start)),
            filter: filter,
            authorized: prelude.collections,
            as: principal,
            deadline: deadline
        )
        let inUse = read.filter { $0.retirement == nil }
        return (inUse, found, freshness(of: found, query: query, prelude: prelude))
    }

    /// The items nearest to a vector, with their content.
    func nearest(
        to vector: [Float],
        _ query: ContextQuery,
        limit: Int,
        as principal: Principal,
        _ deadline: ContinuousClock.Instant?
    ) async throws -> (read: [ContentReader.Read], found: Retriever.Result, freshness: ContextFreshness) {
        _ = try checked(query)
        let prelude = try await prelude(for: query, as: principal, deadline: deadline)
        let filter = filter(for: query, prelude)
        let request = Retriever.Request(
            text: "",
            subject: UsageSubject(query, principal),
            collections: prelude.collections,
            filter: filter,
            legLimit: limit,
            retiredLimit: 0
        )
        let found = try await retriever.nearest(to: vector, request, deadline: deadline)
        let read = try await reader.read(
            Array(found.candidates.prefix(limit)),
            filter: filter,
            authorized: prelude.collections,
            as: principal,
            deadline: deadline
        )
        return (read.filter { $0.retirement == nil }, found, freshness(of: found, query: query, prelude: prelude))
    }

    /// What was read, with the words marked.
    func highlighted(
        _ read: [ContentReader.Read],
        text: String,
        signature: Int32?
    ) async throws -> [FoundItem] {
        let highlighter = try signature.flatMap(analyzers.analyzer(signature:)).map { analyzer throws(EngineError) in
            try Highlighter(words: [text], analyzer: analyzer)
        }
        return await executor.searches.run {
            read.compactMap { entry in
                guard case .item(let item) = entry.subject else { return nil }
                return FoundItem(
                    item: item,
                    scores: entry.candidate.scores,
                    highlights: highlighter?.highlights(in: item.content)
                        ?? Highlights(item.content, utf8Ranges: [])
                )
            }
        }
    }
}

extension MemoryType {
    /// The collections that hold it.
    var content: MemoryCollection.Content {
        switch self {
        case .item: .items
        case .message: .messages
        }
    }
}
