import HTTPTypes
import MemoryEngine
import MemoryModel

/// What every handler shares: services, limits, and the three ways to answer (read, write, list).
package struct Edge: Sendable {
    /// The services behind the routes.
    package let services: APIServices
    /// Limits and deadlines.
    package let configuration: APIConfiguration
    let sealer: Sealer

    /// Makes an edge.
    package init(services: APIServices, configuration: APIConfiguration) {
        self.services = services
        self.configuration = configuration
        self.sealer = Sealer(secret: configuration.sealingSecret)
    }

    var tokens: TokenText { TokenText(sealer: sealer) }

    /// The write that an answer must have seen: what the body says, else the query or header.
    func token(of text: String?, _ call: Call) throws -> ConsistencyToken? {
        guard let text else { return call.token }
        let place = JSONPointer([.key("consistency_token")])
        return try tokens.token(of: text, in: call.principal.workspaceID, at: .body(place))
    }

    /// Runs a reading transaction as the caller.
    func read<Value: Sendable>(
        _ call: Call,
        _ body: @Sendable (any MemoryTransaction) async throws -> Value
    ) async throws -> Value {
        try await services.store.withTransaction(as: call.principal, .reading(until: call.deadline), body).value
    }

    /// Runs a writing transaction as the caller and answers with what it wrote.
    ///
    /// What was done is told to the audit in the same transaction.
    ///
    /// A request that came with an Idempotency-Key is answered once: the answer is kept in the same transaction, and
    /// given again to the next request with that key.
    ///
    /// `principal` is somebody else than the caller where the route itself has decided that the caller may do this.
    func write(
        _ call: Call,
        as principal: Principal? = nil,
        waitsUntilIndexed: Bool,
        _ body: @escaping @Sendable (any MemoryTransaction) async throws -> Reply
    ) async throws -> Reply {
        let committed = try await services.store.withTransaction(
            as: principal ?? call.principal,
            .writing(until: call.deadline)
        ) { tx -> Written in
            guard let repeatable = call.repeatable else {
                let reply = try await body(tx)
                tx.audit(Self.entry(call, reply))
                return Written(reply: reply)
            }
            if let answer = try await tx.repeatedAnswer(to: repeatable) { return Written(repeated: answer) }
            let reply = try await body(tx)
            tx.audit(Self.entry(call, reply))
            try await tx.remember(RepeatedAnswer(status: reply.status.code, body: reply.body), to: repeatable)
            return Written(reply: reply)
        }
        let token = committed.token ?? committed.value.repeatedToken
        let isIndexed = waitsUntilIndexed ? await waitUntilIndexed(token, call) : nil
        return finish(committed.value.reply, token: token, isIndexed: isIndexed, call: call)
    }

    /// What the caller did, whoever the transaction acts for.
    private static func entry(_ call: Call, _ reply: Reply) -> NewAuditEntry {
        NewAuditEntry(kind: .write, subjects: AuditSubjects.of(call, reply), by: call.principal)
    }

    /// Whether this node's indexes saw a write within the bound; one that changed no index was seen at once.
    private func waitUntilIndexed(_ token: ConsistencyToken?, _ call: Call) async -> Bool {
        guard let token else { return true }
        let wait = IndexWait(store: services.store, indexes: services.indexes)
        let latest = min(call.deadline, ContinuousClock().now + configuration.indexWait)
        // The write is done: a wait that fails says "not yet", never that the write failed.
        let outcome = try? await wait.untilIndexed(token, as: call.principal, deadline: latest)
        return outcome?.isMet ?? false
    }

    /// Adds what is known only after the commit.
    private func finish(_ reply: Reply, token: ConsistencyToken?, isIndexed: Bool?, call: Call) -> Reply {
        let text = token.map { tokens.text(of: $0, in: call.principal.workspaceID) }
        var reply = reply.adding { writer in
            if let text { writer.member("consistency_token", text) }
            if let isIndexed {
                writer.key("indexed")
                writer.bool(isIndexed)
            }
        }
        if let text { reply.headers[.consistencyToken] = text }
        return reply
    }
}

/// What a writing transaction came to: a new answer, or the one given before.
private struct Written: Sendable {
    let reply: Reply
    let repeatedToken: ConsistencyToken?

    init(reply: Reply) {
        self.reply = reply
        self.repeatedToken = nil
    }

    init(repeated answer: RepeatedAnswer) {
        var reply = Reply(HTTPResponse.Status(code: answer.status), body: answer.body)
        if case .object(let members)? = try? JSONParser.parse(answer.body),
            case .integer(let version)? = members["version"]
        {
            reply = reply.tagged(version: Int32(clamping: version))
        }
        reply.headers[.idempotencyReplayed] = "true"
        self.reply = reply
        self.repeatedToken = answer.token
    }
}
