import AccessControl
import HTTPTypes
import MemoryEngine
import MemoryModel

/// The workspace and its users.
struct WorkspaceRoutes {
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

    var routes: [Route] { [workspace, createUser, users, user] }

    private var workspace: Route {
        let anyone = RouteGroup(edge: edge, tag: "workspace", reads: .agentsRead, writes: .workspaceManage)
        return anyone.get("/v1/workspace", "Get the credential's workspace.", answer: Nouns.workspace.schema) { _, tx in
            Reply(.ok, try await tx.workspace(), Nouns.workspace)
        }
    }

    private var createUser: Route {
        let shared = SharedShapes(edge.configuration)
        let shape = ObjectShape(
            "UserCreation",
            UserPayload(),
            [
                .required("name", \.name, shared.label), .optional("id", \.id, .id()),
                .optional("email", \.email, .text(3...320)), .defaulted("role", \.role, .word()),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/users",
            "Add a person to the workspace.",
            body: shape,
            status: .created,
            answer: Nouns.user.schema
        ) { [ids = edge.services.identifiers] call, payload, tx in
            guard payload.role.isWithin(call.principal.role) else { throw AccessError(.exceedsIssuer) }
            let user = User(
                id: payload.id ?? ids.next(),
                name: payload.name,
                email: payload.email,
                role: payload.role,
                createdAt: tx.now
            )
            try await tx.createUser(user, audienceID: ids.next())
            return Reply(.created, user, Nouns.user)
        }
    }

    private var users: Route {
        group.list("/v1/users", "List the people of the workspace, newest first.", rows: "users", of: Nouns.user) {
            _,
            page,
            tx in
            try await tx.users(page)
        }
    }

    private var user: Route {
        group.get("/v1/users/{user_id}", "Get a person.", answer: Nouns.user.schema) { call, tx in
            Reply(.ok, try await tx.user(try call.id("user_id")), Nouns.user)
        }
    }
}

/// The body of a new user.
private struct UserPayload: Sendable {
    var id: Identifier<User>?
    var name = ""
    var email: String?
    var role = Role.member
}
