import MemoryModel

extension InMemoryTransaction {
    func appendMessages(_ messages: [NewMessage]) async throws(StoreError) -> [Message] {
        try write { workspace throws(StoreError) in
            let visible = self.audiences(workspace)
            var stored: [Message] = []
            for new in messages {
                guard visible.contains(new.message.audienceID) else {
                    throw StoreError(.notFound, "no such thread", field: "thread")
                }
                if let present = workspace.messages[new.message.id] {
                    guard present.message.content == new.message.content,
                        present.message.threadID == new.message.threadID
                    else { throw StoreError(.conflict, "the message is there with other content", field: "id") }
                    stored.append(present.message)
                    continue
                }
                var message = new.message
                let siblings = workspace.messages.values.lazy.map(\.message)
                    .filter { $0.threadID == message.threadID && $0.forkID == message.forkID }
                message.position = (siblings.map(\.position).max() ?? 0) + 1
                workspace.messages[message.id] = InMemoryMessage(message: message, bigrams: new.bigrams)
                stored.append(message)
            }
            return stored
        }
    }

    func message(_ id: Identifier<Message>) async throws(StoreError) -> Message {
        try read { workspace throws(StoreError) in
            guard let stored = workspace.messages[id],
                self.audiences(workspace).contains(stored.message.audienceID)
            else { throw StoreError(.notFound, "no such message", field: "message") }
            return stored.message
        }
    }

    func messages(_ ids: [Identifier<Message>]) async throws(StoreError) -> [Message] {
        try read { workspace in
            let visible = self.audiences(workspace)
            return ids.compactMap { workspace.messages[$0]?.message }.filter { visible.contains($0.audienceID) }
        }
    }

    func messages(after id: Identifier<Message>?, limit: Int) async throws(StoreError) -> [Message] {
        try read { workspace in
            let visible = self.audiences(workspace)
            let rows = workspace.messages.values.map(\.message)
                .filter { message in visible.contains(message.audienceID) && id.map { message.id > $0 } ?? true }
            return Array(rows.sorted { $0.id < $1.id }.prefix(limit))
        }
    }

    func messages(
        thread: Identifier<ConversationThread>,
        fork: Identifier<Fork>?,
        _ page: PageRequest
    ) async throws(StoreError) -> Page<Message> {
        _ = try await self.thread(thread)
        if let fork { _ = try await self.fork(fork) }
        return try read { workspace in
            let rows = workspace.messages.values.map(\.message)
                .filter { $0.threadID == thread && $0.forkID == fork && $0.position > page.after?.order ?? -1 }
                .sorted { $0.position < $1.position }
            return Self.page(rows, PageRequest(limit: page.limit)) { .init(order: $0.position, id: $0.id) }
        }
    }

    func editMessage(
        _ id: Identifier<Message>,
        content: String,
        bigrams: [String]
    ) async throws(StoreError) -> Message {
        var message = try await message(id)
        message.content = content
        message.editedAt = now
        message.version += 1
        let edited = InMemoryMessage(message: message, bigrams: bigrams)
        try write { $0.messages[id] = edited }
        return edited.message
    }

    func deleteMessage(_ id: Identifier<Message>) async throws(StoreError) {
        _ = try await message(id)
        try bury { $0.id == id }
        try write { $0.messages[id] = nil }
    }

    /// Stamps tombstones for the index entries of messages that are about to go.
    func bury(_ isGoing: (Message) -> Bool) throws(StoreError) {
        let tombstones = try read { workspace in
            let sources = Set(workspace.messages.values.map(\.message).filter(isGoing).map { $0.id })
            return workspace.feeds.flatMap { collection, feed in
                feed.entries.values.filter { $0.isLive && sources.contains($0.sourceID.as(Message.self)) }.map {
                    entry in
                    IndexEntryChange(
                        collectionID: collection,
                        sourceID: entry.sourceID,
                        version: entry.version,
                        isLive: false
                    )
                }
            }
        }
        collect(changes: tombstones)
    }

    func searchMessages(_ query: MessageQuery, _ page: PageRequest) async throws(StoreError) -> Page<MessageHit> {
        try read { workspace in
            let visible = self.audiences(workspace)
            let hits = workspace.messages.values
                .filter { visible.contains($0.message.audienceID) }
                .filter { Self.matches($0.message, query, workspace) }
                .compactMap { stored -> MessageHit? in
                    let text = SearchableText(stored)
                    guard text.matches(query.expression) else { return nil }
                    return MessageHit(message: stored.message, rank: text.rank(query.expression))
                }
                .sorted { ($0.rank, $0.message.id) > ($1.rank, $1.message.id) }
            return Self.page(hits, page) { .init(order: Int64($0.rank * 1_000_000), id: $0.message.id) }
        }
    }

    private static func matches(_ message: Message, _ query: MessageQuery, _ workspace: InMemoryWorkspace) -> Bool {
        (query.channelID == nil || message.channelID == query.channelID)
            && (query.threadID == nil || message.threadID == query.threadID)
            && (query.author == nil || message.author == query.author)
            && (query.authorType == nil || message.authorType == query.authorType)
            && query.from.map { message.createdAt >= $0 } ?? true
            && query.before.map { message.createdAt < $0 } ?? true
            && query.forkID.map { isVisible(message, in: $0, workspace) } ?? true
    }

    /// Whether a message is in a fork or came before one of its fork points.
    static func isVisible(_ message: Message, in fork: Identifier<Fork>, _ workspace: InMemoryWorkspace) -> Bool {
        var next: Identifier<Fork>? = fork
        var lastPosition = Int64.max
        while let id = next, let fork = workspace.forks[id] {
            if message.forkID == id, message.position <= lastPosition { return true }
            lastPosition = workspace.messages[fork.forkPointID]?.message.position ?? 0
            next = fork.parentForkID
            if next == nil {
                return message.threadID == fork.threadID && message.forkID == nil && message.position <= lastPosition
            }
        }
        return false
    }
}

/// A message as words, for matching expressions without Postgres.
private struct SearchableText {
    private let words: [String]
    private let bigrams: [String]

    init(_ stored: InMemoryMessage) {
        words = stored.message.content.lowercased().split { !$0.isLetter && !$0.isNumber }.map { Self.stem($0) }
        bigrams = stored.bigrams
    }

    func matches(_ expression: SearchExpression) -> Bool {
        switch expression {
        case .word(let word): words.contains(Self.stem(Substring(word.lowercased())))
        case .phrase(let phrase): Self.contains(words, phrase.map { Self.stem(Substring($0.lowercased())) })
        case .bigrams(let run): Self.contains(bigrams, run)
        case .all(let parts): parts.allSatisfy(matches)
        case .any(let parts): parts.contains(where: matches)
        case .not(let part): !matches(part)
        }
    }

    /// The share of the text's words that the expression names.
    func rank(_ expression: SearchExpression) -> Float {
        Float(count(expression)) / Float(max(1, words.count + bigrams.count))
    }

    private func count(_ expression: SearchExpression) -> Int {
        switch expression {
        case .word(let word):
            words.count { $0 == Self.stem(Substring(word.lowercased())) }
        case .phrase(let phrase): matches(.phrase(phrase)) ? phrase.count : 0
        case .bigrams(let run): matches(.bigrams(run)) ? run.count : 0
        case .all(let parts), .any(let parts): parts.reduce(0) { $0 + count($1) }
        case .not: 0
        }
    }

    private static func contains(_ words: [String], _ run: [String]) -> Bool {
        guard !run.isEmpty, run.count <= words.count else { return false }
        return (0...(words.count - run.count)).contains { Array(words[$0..<($0 + run.count)]) == run }
    }

    /// A crude stemmer, enough for tests in English.
    private static func stem(_ word: Substring) -> String {
        for suffix in ["ing", "ed", "es", "s"] where word.count > suffix.count + 2 && word.hasSuffix(suffix) {
            return String(word.dropLast(suffix.count))
        }
        return String(word)
    }
}
