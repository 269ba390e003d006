import AccessControl
import HTTPTypes
import MemoryEngine
import MemoryModel

/// API keys: create (shown once), list, revoke.
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

    var routes: [Route] { [create, list, revoke] }

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
