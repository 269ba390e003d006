import AccessControl
import HTTPTypes
import MemoryEngine
import MemoryModel

/// The workspace: make one as the operator; get, rename and delete one's own.
struct WorkspaceRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(
            edge: edge,
            tag: "workspace",
            reads: .agentsRead,
            writes: .workspaceManage,
            writeRate: .admin
        )
    }

    private var shared: SharedShapes { SharedShapes(edge.configuration) }

    var routes: [Route] { [create, get, patch, delete] }

    private var create: Route {
        let shape = ObjectShape(
            "WorkspaceCreation",
            WorkspacePayload(),
            [
                .required("name", \.name, shared.label),
                .defaulted("language", \.language, .words(WorkspacePayload.languages.map { ($0, $0) })),
            ]
        ).shape
        return RouteGroup(edge: edge, tag: "workspace", reads: .workspacesCreate, writes: .workspacesCreate).write(
            .post,
            "/v1/workspaces",
            "Create a workspace and an admin's key into it, as the operator of the service.",
            body: shape,
            // The answer holds a secret, and is therefore never kept to be given again.
            isRepeatable: false,
            status: .created,
            answer: Nouns.newWorkspace.schema
        ) { [services = edge.services] call, payload, tx in
            // The operator's principal is of a workspace that is not there yet.
            let workspace = Workspace(
                id: call.principal.workspaceID,
                name: payload.name,
                language: payload.language,
                createdAt: tx.now
            )
            let key = APIKey(
                id: services.identifiers.next(),
                workspaceID: workspace.id,
                name: "first key",
                role: .admin,
                scopes: AccessScope.grantable,
                createdAt: tx.now
            )
            let issued = services.issuer.issue(key.id)
            try await tx.createWorkspace(workspace, audienceID: services.identifiers.next())
            try await tx.createKey(key, secretHash: issued.secretHash)
            return Reply(
                .created,
                NewWorkspace(workspace: workspace, key: NewKey(key: key, text: issued.text)),
                Nouns.newWorkspace
            )
        }
    }

    private var get: Route {
        group.get("/v1/workspace", "Get the credential's workspace.", answer: Nouns.workspace.schema) { _, tx in
            Reply(.ok, try await tx.workspace(), Nouns.workspace)
        }
    }

    private var patch: Route {
        let shape = ObjectShape(
            "WorkspacePatch",
            WorkspacePatch(),
            [.optional("name", \.name, shared.label), .optional("index_messages", \.indexesMessages, .flag)]
        ).shape
        return group.write(
            .patch,
            "/v1/workspace",
            "Change the workspace: its name, and whether messages are memory.",
            body: shape,
            answer: Nouns.workspace.schema
        ) { [conversations = edge.services.conversations] _, patch, tx in
            var workspace = try await tx.workspace()
            if let name = patch.name {
                workspace.name = name
                try await tx.updateWorkspace(workspace)
            }
            if let isOn = patch.indexesMessages { workspace = try await conversations.setMemory(isOn, in: tx) }
            return Reply(.ok, workspace, Nouns.workspace)
        }
    }

    private var delete: Route {
        let query = ObjectShape(
            "WorkspaceDeletion",
            WorkspaceDeletion(),
            [.required("confirm", \.confirm, .text(36...36))]
        )
        return group.erase(
            "/v1/workspace",
            "Delete the workspace with all that is in it; `confirm` repeats its id.",
            query: query
        ) { [indexes = edge.services.indexes, authenticator = edge.services.authenticator] call, query, tx in
            guard Identifier<Workspace>(query.confirm) == call.principal.workspaceID else {
                throw Problem(
                    .invalidRequest,
                    errors: [FieldProblem(.parameter("confirm"), "must be the id of the workspace")]
                )
            }
            for collection in try await tx.deleteWorkspace() { indexes.forget(collection) }
            authenticator.forget(call.principal.workspaceID)
            return .deleted(call.principal.workspaceID)
        }
    }
}

/// The body of a new workspace.
private struct WorkspacePayload: Sendable {
    /// The Snowball languages that every supported Postgres has a text search configuration for.
    static let languages = [
        "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french", "german", "greek",
        "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali", "norwegian", "portuguese",
        "romanian", "russian", "serbian", "simple", "spanish", "swedish", "tamil", "turkish", "yiddish",
    ]

    var name = ""
    var language = "english"
}

/// Changes to a workspace.
private struct WorkspacePatch: Sendable {
    var name: String?
    var indexesMessages: Bool?
}

/// What a deletion must say.
private struct WorkspaceDeletion: Sendable {
    var confirm = ""
}
