internal import MemoryModel

/// A query's conditions as an index checks them: on attributes alone.
struct IndexFilter: Sendable {
    /// What the caller asked for.
    let filter: ItemFilter
    /// What the caller asked for of messages alone.
    var messages = MessageFilter()
    /// What is visible of the thread from the fork that the caller is in.
    var forkLine: ForkLine?
    /// Where the caller is; what holds in another place of the same kind does not match.
    let place: QueryPlace
    /// The time at which an entry must hold.
    let time: Timestamp
    /// Whether the time is an earlier one, at which what is superseded now may have held.
    let isPast: Bool

    /// Why an entry that matches is not in use at the filter's time; nil where it is.
    func retirement(of attributes: some EntryFacts) -> CandidateOutcome? {
        if let expiresAt = attributes.expiresAt, expiresAt <= time { return .expired }
        switch attributes.state {
        case .quarantined: return filter.states.contains(.quarantined) ? nil : .quarantined
        case .expired: return isPast || filter.states.contains(.expired) ? validity(of: attributes) : .expired
        case .deleted: return .stale
        case .superseded, .active: return validity(of: attributes)
        }
    }

    /// Whether an entry matches, in use or not.
    func matches(_ attributes: some EntryFacts) -> Bool {
        (filter.kinds.isEmpty || attributes.kind.map(filter.kinds.contains) ?? false)
            && (filter.sources.isEmpty || filter.sources.contains(attributes.source))
            && (filter.tags.isEmpty || filter.tags.isSubset(of: attributes.tags))
            && (filter.isPinned == nil || filter.isPinned == attributes.isPinned)
            && (filter.minimumTrust.map { attributes.trust >= $0 } ?? true)
            && (filter.createdFrom.map { attributes.createdAt >= $0 } ?? true)
            && (filter.createdBefore.map { attributes.createdAt < $0 } ?? true)
            && matchesScope(attributes)
            && (attributes.authorType.map { matchesMessage(attributes, by: $0) } ?? true)
    }

    /// Whether an entry matches and is in use.
    func allows(_ attributes: some EntryFacts) -> Bool {
        matches(attributes) && retirement(of: attributes) == nil
    }

    private func matchesMessage(_ message: some EntryFacts, by type: AuthorType) -> Bool {
        (messages.channels.isEmpty || message.channelID.map(messages.channels.contains) ?? false)
            && (messages.threads.isEmpty || message.threadID.map(messages.threads.contains) ?? false)
            && (messages.forks.isEmpty || message.forkID.map(messages.forks.contains) ?? false)
            && (messages.authors.isEmpty || message.author.map(messages.authors.contains) ?? false)
            && (messages.authorTypes.isEmpty || messages.authorTypes.contains(type))
            && isVisible(message)
    }

    /// Within the caller's thread only what is on the fork's line; all of other threads.
    private func isVisible(_ message: some EntryFacts) -> Bool {
        guard let forkLine, message.threadID == forkLine.threadID else { return true }
        return forkLine.holds(fork: message.forkID, position: message.position ?? .max)
    }

    private func validity(of attributes: some EntryFacts) -> CandidateOutcome? {
        // What holds from its writing on holds now, whatever the clock says: it may have been written by a node whose
        // clock is ahead, or before this one was set back.
        if attributes.validFrom > time, isPast || attributes.validFrom != attributes.createdAt { return .filtered }
        if let invalidAt = attributes.invalidAt {
            guard invalidAt <= time else { return nil }
            return attributes.state == .superseded ? .superseded : .expired
        }
        return attributes.state == .superseded ? .superseded : nil
    }

    private func matchesScope(_ attributes: some EntryFacts) -> Bool {
        if !filter.scopes.isEmpty {
            guard let scope = ItemScope(kind: attributes.scopeKind, id: attributes.scopeID),
                filter.scopes.contains(scope)
            else { return false }
        }
        return place.admits(kind: attributes.scopeKind, id: attributes.scopeID)
    }
}

/// Where a query happens.
package struct QueryPlace: Sendable, Hashable {
    package var channel: String?
    package var thread: String?
    package var task: String?

    package init(channel: String? = nil, thread: String? = nil, task: String? = nil) {
        self.channel = channel
        self.thread = thread
        self.task = task
    }

    /// Whether what holds in a scope may hold here: a place that the query does not name rules nothing out.
    func admits(kind: String, id: String?) -> Bool {
        guard let here = named(kind) else { return true }
        return here == id
    }

    /// How near a scope is: a task's own first, then thread, channel, everywhere; last what holds in places unnamed.
    func nearness(kind: String, id: String?) -> Float {
        guard let here = named(kind), here == id else { return kind == "global" ? 0.4 : 0.2 }
        return switch kind {
        case "task": 1
        case "thread": 0.8
        default: 0.6
        }
    }

    private func named(_ kind: String) -> String? {
        switch kind {
        case "task": task
        case "thread": thread
        case "channel": channel
        default: nil
        }
    }
}
