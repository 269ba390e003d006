import AccessControl
import HTTPTypes
import MemoryEngine
import MemoryModel

/// API keys: create (shown once), list, get, rotate, revoke.
struct KeyRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(
            edge: edge,
            tag: "keys",
            reads: .keysManage,
            writes: .keysManage,
            readRate: .admin,
            writeRate: .admin
        )
    }

    var routes: [Route] { [create, list, get, rotate, revoke] }

    private var create: Route {
        let shape = ObjectShape(
            "KeyCreation",
            KeyPayload(),
            [
                .required("name", \.name, SharedShapes(edge.configuration).label), .optional("id", \.id, .id()),
                .optional("user_id", \.userID, .id()), .optional("agent_id", \.agentID, .id()),
                .defaulted("role", \.role, .word()),
                .required("scopes", \.scopes, .set(.word(), 1...AccessScope.allCases.count)),
                .optional("expires_at", \.expiresAt, .time),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/keys",
            "Create an API key. Its text is in this answer and nowhere else.",
            body: shape,
            // The answer holds a secret, and is therefore never kept to be given again.
            isRepeatable: false,
            status: .created,
            answer: Nouns.newKey.schema
        ) { [services = edge.services] call, payload, tx in
            try KeyIssuer.authorize(
                role: payload.role,
                scopes: payload.scopes,
                userID: payload.userID,
                by: call.principal
            )
            if let user = payload.userID { _ = try await tx.user(user) }
            if let agent = payload.agentID { _ = try await tx.agent(agent) }
            let key = APIKey(
                id: payload.id ?? services.identifiers.next(),
                workspaceID: call.principal.workspaceID,
                name: payload.name,
                userID: payload.userID,
                agentID: payload.agentID,
                role: payload.role,
                scopes: payload.scopes,
                createdAt: tx.now,
                expiresAt: payload.expiresAt
            )
            let issued = services.issuer.issue(key.id)
            try await tx.createKey(key, secretHash: issued.secretHash)
            return Reply(.created, NewKey(key: key, text: issued.text), Nouns.newKey)
        }
    }

    private var list: Route {
        group.list("/v1/keys", "List API keys, newest first.", rows: "keys", of: Nouns.key) { _, page, tx in
            try await tx.keys(page)
        }
    }

    private var get: Route {
        group.get("/v1/keys/{key_id}", "Get an API key, without its text.", answer: Nouns.key.schema) { call, tx in
            Reply(.ok, try await tx.key(try call.id("key_id")), Nouns.key)
        }
    }

    private var rotate: Route {
        let shape = ObjectShape(
            "KeyRotation",
            KeyRotation(),
            [
                .optional("id", \.id, .id()),
                .defaulted("overlap_seconds", \.overlap, .integer(0...KeyRotation.longestOverlap)),
                .optional("expires_at", \.expiresAt, .time),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/keys/{key_id}/rotate",
            "Replace an API key by one that can do the same; the old one goes on working for a while.",
            body: shape,
            isBodyOptional: true,
            isRepeatable: false,
            status: .created,
            answer: Nouns.newKey.schema
        ) { [services = edge.services] call, payload, tx in
            let old = try await tx.key(try call.id("key_id"))
            try KeyIssuer.authorize(role: old.role, scopes: old.scopes, userID: old.userID, by: call.principal)
            try await tx.retireKey(old.id, afterSeconds: payload.overlap)
            services.authenticator.forget(old.id)
            let key = APIKey(
                id: payload.id ?? services.identifiers.next(),
                workspaceID: old.workspaceID,
                name: old.name,
                userID: old.userID,
                agentID: old.agentID,
                role: old.role,
                scopes: old.scopes,
                createdAt: tx.now,
                expiresAt: payload.expiresAt ?? old.expiresAt
            )
            let issued = services.issuer.issue(key.id)
            try await tx.createKey(key, secretHash: issued.secretHash)
            return Reply(.created, NewKey(key: key, text: issued.text), Nouns.newKey)
        }
    }

    private var revoke: Route {
        group.write(
            .delete,
            "/v1/keys/{key_id}",
            "Revoke an API key; it stops working within a second.",
            answer: Nouns.deletion.schema
        ) { [authenticator = edge.services.authenticator] call, tx in
            let id = try call.id("key_id", of: APIKey.self)
            try await tx.revokeKey(id)
            authenticator.forget(id)
            return .deleted(id)
        }
    }
}

/// The body of a new key.
private struct KeyPayload: Sendable {
    var id: Identifier<APIKey>?
    var name = ""
    var userID: Identifier<User>?
    var agentID: Identifier<Agent>?
    var role = Role.member
    var scopes: Set<AccessScope> = []
    var expiresAt: Timestamp?
}

/// How a key is replaced.
private struct KeyRotation: Sendable {
    static let longestOverlap = 30 * 86_400

    var id: Identifier<APIKey>?
    /// How long the old key goes on working.
    var overlap = 86_400
    var expiresAt: Timestamp?
}
