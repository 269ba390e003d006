import AccessControl
import HTTPTypes
import MemoryEngine
import MemoryModel

/// The people of a workspace: add, list, get, change, remove.
struct UserRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(
            edge: edge,
            tag: "workspace",
            reads: .workspaceManage,
            writes: .workspaceManage,
            readRate: .admin,
            writeRate: .admin
        )
    }

    private var shared: SharedShapes { SharedShapes(edge.configuration) }

    var routes: [Route] { [create, list, get, patch, delete] }

    private var create: Route {
        group.write(
            .post,
            "/v1/users",
            "Add a person to the workspace.",
            body: UserPayload.shape("UserCreation", shared).shape,
            status: .created,
            answer: Nouns.user.schema
        ) { [ids = edge.services.identifiers, erasures = edge.services.erasures] call, payload, tx in
            try await payload.requireNotErased(erasures, in: tx)
            let user = try payload.user(by: call.principal, id: ids.next(), at: tx.now)
            try await tx.createUser(user, audienceID: ids.next())
            return Reply(.created, user, Nouns.user)
        }
    }

    private var list: Route {
        group.list("/v1/users", "List the people of the workspace, newest first.", rows: "users", of: Nouns.user) {
            _,
            page,
            tx in
            try await tx.users(page)
        }
    }

    private var get: Route {
        group.get("/v1/users/{user_id}", "Get a person.", answer: Nouns.user.schema) { call, tx in
            Reply(.ok, try await tx.user(try call.id("user_id")), Nouns.user)
        }
    }

    private var patch: Route {
        let shape = ObjectShape(
            "UserPatch",
            UserPatch(),
            [
                .optional("name", \.name, shared.label), .change("email", \.email, UserPayload.email),
                .change("external_id", \.externalID, UserPayload.externalID), .optional("role", \.role, .word()),
            ]
        ).shape
        return group.write(
            .patch,
            "/v1/users/{user_id}",
            "Change a person's name, addresses or role; the role bounds the keys that the person has already.",
            body: shape,
            answer: Nouns.user.schema
        ) { [authenticator = edge.services.authenticator] call, patch, tx in
            var user = try await tx.user(try call.id("user_id"))
            if let role = patch.role {
                guard role.isWithin(call.principal.role) else { throw AccessError(.exceedsIssuer) }
                user.role = role
            }
            if let name = patch.name { user.name = name }
            user.email = patch.email.applied(to: user.email)
            user.externalID = patch.externalID.applied(to: user.externalID)
            try await tx.updateUser(user)
            authenticator.forget(user.id)
            return Reply(.ok, user, Nouns.user)
        }
    }

    private var delete: Route {
        group.erase(
            "/v1/users/{user_id}",
            "Remove a person with its keys, its agents, and all that only they could see.",
            query: NoQuery.shape
        ) { [indexes = edge.services.indexes, authenticator = edge.services.authenticator] call, _, tx in
            let id = try call.id("user_id", of: User.self)
            for collection in try await tx.deleteUser(id) { indexes.forget(collection) }
            authenticator.forget(id)
            return .deleted(id)
        }
    }
}

/// The body of a new user.
struct UserPayload: Sendable {
    var id: Identifier<User>?
    var name = ""
    var email: String?
    var externalID: String?
    var role = Role.member
    var restoresErased = false

    static let email = Shape<String>.text(3...320)
    static let externalID = Shape<String>.text(1...256)

    static func shape(_ name: String, _ shared: SharedShapes) -> ObjectShape<UserPayload> {
        ObjectShape(
            name,
            UserPayload(),
            [
                .required("name", \.name, shared.label), .optional("id", \.id, .id()),
                .optional("email", \.email, email), .optional("external_id", \.externalID, externalID),
                .defaulted("role", \.role, .word()), .defaulted("restore_erased", \.restoresErased, .flag),
            ]
        )
    }

    /// Refuses an id whose person was erased, unless it is asked back.
    func requireNotErased(_ erasures: ErasureService, in tx: any MemoryTransaction) async throws {
        if let id { try await erasures.requireNotErased(.user(id), restoring: restoresErased, in: tx) }
    }

    /// The user to be made; nobody makes one who may do more.
    func user(by principal: Principal, id: Identifier<User>, at now: Timestamp) throws(AccessError) -> User {
        guard role.isWithin(principal.role) else { throw AccessError(.exceedsIssuer) }
        return User(id: self.id ?? id, name: name, email: email, externalID: externalID, role: role, createdAt: now)
    }
}

/// Changes to a user.
private struct UserPatch: Sendable {
    var name: String?
    var email = FieldChange<String>.keep
    var externalID = FieldChange<String>.keep
    var role: Role?
}
