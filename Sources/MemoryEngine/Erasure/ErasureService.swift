public import MemoryModel

/// Takes requests to erase something, and tells how far they are.
///
/// Every method works inside the caller's transaction and throws `EngineError` for a broken rule and `StoreError` for
/// what the store refuses.
public struct ErasureService: Sendable {
    private let identifiers: IdentifierGenerator

    /// Makes a service.
    public init(identifiers: IdentifierGenerator) {
        self.identifiers = identifiers
    }

    /// Asks for an erasure; items and messages go in this transaction, all else within moments by the worker.
    ///
    /// - Parameters:
    ///   - target: What is to go; it must be the caller's to delete.
    ///   - includesDerived: Whether items made of it go as well, at any remove.
    ///   - id: The erasure's id, where the client chooses it so that the request can be repeated.
    ///   - tx: The caller's transaction.
    /// - Returns: The erasure, pending.
    /// - Throws: `EngineError`, `StoreError` (`notFound` where the target is not the caller's).
    public func request(
        _ target: ErasureTarget,
        includesDerived: Bool = true,
        id: Identifier<Erasure>? = nil,
        in tx: any MemoryTransaction
    ) async throws -> Erasure {
        try await authorize(target, in: tx)
        // The key itself, where all else of the workspace goes: it stays to read the receipt.
        let key = tx.principal.keyID.map { "key:\($0)" }
        let erasure = Erasure(
            id: id ?? identifiers.next(),
            target: target,
            includesDerived: includesDerived,
            requestedBy: target.kind == .workspace ? key ?? tx.principal.provenanceName : tx.principal.provenanceName,
            createdAt: tx.now
        )
        try await tx.createErasure(erasure)
        tx.append([ErasureTask.event("erasure.requested", erasure)])
        try await tx.enqueue([ErasureTask.job(erasure.id, round: 0)])
        guard target.kind == .item || target.kind == .message else { return erasure }
        return try await ErasureTask.eraseRows(of: erasure, in: tx).0
    }

    /// One erasure, for who in the workspace has its id: it holds ids and counts.
    ///
    /// - Throws: `StoreError`.
    public func erasure(_ id: Identifier<Erasure>, in tx: any MemoryTransaction) async throws -> Erasure {
        try await tx.erasure(id)
    }

    /// Refuses to make again what was erased, unless it is asked back.
    ///
    /// - Throws: `EngineError` (`erased`), `StoreError`.
    public func requireNotErased(
        _ target: ErasureTarget,
        restoring: Bool,
        in tx: any MemoryTransaction
    ) async throws {
        let erased = try await ErasureGuard.erasedPositions(
            of: [target.id],
            kind: target.kind,
            restoring: restoring ? [0] : [],
            in: tx
        )
        if !erased.isEmpty { throw EngineError.erased("id") }
    }

    /// Refuses who may not delete the target, or does not see it.
    private func authorize(_ target: ErasureTarget, in tx: any MemoryTransaction) async throws {
        let principal = tx.principal
        func require(_ scope: AccessScope) throws(EngineError) {
            guard principal.scopes.contains(scope) else {
                throw EngineError(.forbidden, "erasing this takes the scope \(scope.rawValue)", field: "target.kind")
            }
        }
        func requireAdmin() throws(EngineError) {
            guard principal.role == .admin else {
                throw EngineError(.forbidden, "erasing this takes an admin", field: "target.kind")
            }
        }
        switch target {
        case .item(let id):
            try require(.itemsWrite)
            _ = try await tx.item(id)
        case .message(let id):
            try require(.messagesWrite)
            _ = try await tx.message(id)
        case .thread(let id):
            try require(.messagesWrite)
            _ = try await tx.thread(id)
        case .channel(let id):
            try require(.messagesWrite)
            _ = try await tx.channel(id)
        case .collection(let id), .pruned(let id):
            try require(.agentsWrite)
            _ = try await tx.collection(id)
        case .agent(let id):
            try require(.agentsWrite)
            let agent = try await tx.agent(id)
            if agent.ownerID == nil || agent.ownerID != principal.userID { try requireAdmin() }
        case .user(let id):
            _ = try await tx.user(id)
            // Everybody may have themselves erased.
            if principal.userID != id || principal.agentID != nil {
                try require(.workspaceManage)
                try requireAdmin()
            }
        case .workspace(let id):
            guard id == principal.workspaceID else {
                throw StoreError(.notFound, "no such workspace", field: "workspace")
            }
            try require(.workspaceManage)
            try requireAdmin()
        }
    }
}
