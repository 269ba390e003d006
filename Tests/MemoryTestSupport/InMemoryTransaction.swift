import MemoryModel
import Synchronization

/// One transaction of the in-memory store: works on a copy of its workspace and collects what is stamped at the end.
final class InMemoryTransaction: MemoryTransaction {
    struct Working: Sendable {
        var workspace: InMemoryWorkspace?
        var changes: [IndexEntryChange] = []
        var events: [NewEvent] = []
        var remembered: [RepeatableRequest] = []
        var audit: [NewAuditEntry] = []
    }

    let principal: Principal
    let now: Timestamp
    let identifiers: IdentifierGenerator
    private let isReadOnly: Bool
    private let working: Mutex<Working>

    init(
        principal: Principal,
        now: Timestamp,
        isReadOnly: Bool,
        workspace: InMemoryWorkspace?,
        identifiers: IdentifierGenerator
    ) {
        self.principal = principal
        self.now = now
        self.isReadOnly = isReadOnly
        self.identifiers = identifiers
        working = Mutex(Working(workspace: workspace))
    }

    /// The closing step: stamps the feeds and returns the workspace as it is to be, with the positions written.
    func finish(epoch: String) throws -> (InMemoryWorkspace?, [Identifier<MemoryCollection>: Int64]) {
        try working.withLock { working throws(StoreError) in
            guard var workspace = working.workspace else { return (nil, [:]) }
            var positions: [Identifier<MemoryCollection>: Int64] = [:]
            for change in working.changes {
                var feed = workspace.feeds[change.collectionID] ?? InMemoryFeed()
                try feed.apply(change)
                workspace.feeds[change.collectionID] = feed
                positions[change.collectionID] = feed.lastSeq
            }
            workspace.events += working.events
            workspace.audit += working.audit.map {
                AuditEntry(id: self.identifiers.next(), $0, by: self.principal, at: self.now)
            }
            for request in working.remembered {
                guard let entry = workspace.answers[request.key], !positions.isEmpty else { continue }
                let token = ConsistencyToken(epoch: epoch, positions: positions)
                let answer = RepeatedAnswer(status: entry.answer.status, body: entry.answer.body, token: token)
                workspace.answers[request.key] = (entry.request, answer)
            }
            return (workspace, positions)
        }
    }

    /// Reads the workspace.
    func read<Value: Sendable>(
        _ body: (InMemoryWorkspace) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let workspace = working.withLock { $0.workspace }
        guard let workspace else { throw StoreError(.notFound, "no such workspace", field: "workspace") }
        return try body(workspace)
    }

    /// Changes the workspace; a viewer may not, nor may a reading transaction.
    func write<Value: Sendable>(
        _ body: (inout InMemoryWorkspace) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        guard !isReadOnly else { throw StoreError(.internal, "a reading transaction cannot write") }
        guard principal.role != .viewer else { throw StoreError(.forbidden, "a viewer cannot write") }
        return try change(body)
    }

    /// Changes what a viewer leaves behind as well.
    func change<Value: Sendable>(
        _ body: (inout InMemoryWorkspace) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        guard !isReadOnly else { throw StoreError(.internal, "a reading transaction cannot write") }
        return try working.withLock { working throws(StoreError) in
            guard var workspace = working.workspace else {
                throw StoreError(.notFound, "no such workspace", field: "workspace")
            }
            working.workspace = nil
            defer { working.workspace = workspace }
            return try body(&workspace)
        }
    }

    /// Puts a new workspace in place.
    func found(_ workspace: InMemoryWorkspace) throws(StoreError) {
        try working.withLock { working throws(StoreError) in
            guard working.workspace == nil else {
                throw StoreError(.alreadyExists, "the workspace is there already", field: "workspace")
            }
            working.workspace = workspace
        }
    }

    /// Removes the workspace.
    func unfound() throws(StoreError) {
        guard principal.role == .admin else { throw StoreError(.forbidden, "only an admin may do this") }
        working.withLock { $0.workspace = nil }
    }

    func collect(changes: [IndexEntryChange] = [], events: [NewEvent] = [], remembered: [RepeatableRequest] = []) {
        working.withLock { working in
            working.changes += changes
            working.events += events
            working.remembered += remembered
        }
    }

    func audit(_ entry: NewAuditEntry) {
        working.withLock { $0.audit.append(entry) }
    }

    func auditEntries(_ filter: AuditFilter, _ page: PageRequest) async throws(StoreError) -> Page<AuditEntry> {
        guard principal.role == .admin else { throw StoreError(.forbidden, "only an admin may read the audit") }
        return try read { workspace in
            let rows = workspace.audit.filter { entry in
                (filter.kind == nil || entry.kind == filter.kind)
                    && (filter.action == nil || entry.action == filter.action)
                    && (filter.subject.map(entry.subjects.contains) ?? true)
                    && (filter.userID == nil || entry.userID == filter.userID)
                    && (filter.agentID == nil || entry.agentID == filter.agentID)
                    && (filter.keyID == nil || entry.keyID == filter.keyID)
                    && filter.from.map { entry.createdAt >= $0 } ?? true
                    && filter.before.map { entry.createdAt < $0 } ?? true
            }
            return Self.page(rows.sorted { $0.id > $1.id }, page) { .init(order: 0, id: $0.id) }
        }
    }

    /// The audiences the principal belongs to.
    func audiences(_ workspace: InMemoryWorkspace) -> Set<Identifier<Audience>> {
        if principal.agentID == nil, principal.userID == nil, principal.role == .admin {
            return Set(workspace.audiences.keys)
        }
        return Self.audiences(of: principal.userID, principal.agentID, workspace)
    }

    /// The audiences of a user and an agent together.
    static func audiences(
        of user: Identifier<User>?,
        _ agent: Identifier<Agent>?,
        _ workspace: InMemoryWorkspace
    ) -> Set<Identifier<Audience>> {
        Set(
            workspace.audiences.values.filter { audience in
                switch audience.kind {
                case .workspace: true
                case .user: user != nil && audience.userID == user
                case .agent:
                    (agent != nil && audience.agentID == agent)
                        || (user != nil && audience.agentID.flatMap { workspace.agents[$0]?.ownerID } == user)
                case .group:
                    (workspace.members[audience.id] ?? []).contains { member in
                        switch member {
                        case .user(let id): id == user
                        case .agent(let id): id == agent
                        }
                    }
                }
            }
            .map(\.id)
        )
    }

    /// Cuts one page out of rows that are in order already.
    static func page<Row: Sendable>(
        _ rows: [Row],
        _ request: PageRequest,
        position: (Row) -> PagePosition
    ) -> Page<Row> {
        var start = 0
        if let after = request.after, let place = rows.firstIndex(where: { position($0) == after }) {
            start = place + 1
        }
        let slice = Array(rows[start...].prefix(max(1, request.limit)))
        let isLast = start + slice.count >= rows.count
        return Page(rows: slice, next: isLast ? nil : slice.last.map(position))
    }
}
