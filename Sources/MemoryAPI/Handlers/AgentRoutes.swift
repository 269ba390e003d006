import HTTPTypes
import MemoryEngine
import MemoryModel

/// Agents: create, list, get, patch, delete.
struct AgentRoutes {
    let edge: Edge

    private var group: RouteGroup { RouteGroup(edge: edge, tag: "agents", reads: .agentsRead, writes: .agentsWrite) }
    private var shared: SharedShapes { SharedShapes(edge.configuration) }

    var routes: [Route] { [create, list, get, patch, delete] }

    private var create: Route {
        let shape = ObjectShape(
            "AgentCreation",
            AgentPayload(),
            [
                .required("name", \.name, shared.label), .optional("id", \.id, .id()),
                .optional("owner_id", \.ownerID, .id()), .defaulted("status", \.status, .word()),
                .defaulted("metadata", \.metadata, shared.metadata),
                .defaulted("restore_erased", \.restoresErased, .flag),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/agents",
            "Create an agent; its personal collection is made at first use.",
            body: shape,
            status: .created,
            answer: Nouns.agent.schema
        ) { [ids = edge.services.identifiers, erasures = edge.services.erasures] call, payload, tx in
            if let id = payload.id {
                try await erasures.requireNotErased(.agent(id), restoring: payload.restoresErased, in: tx)
            }
            let ownerID = payload.ownerID ?? call.principal.userID
            // Only an admin makes agents for others or for the workspace.
            guard call.principal.role == .admin || ownerID != nil && ownerID == call.principal.userID else {
                throw Problem(.forbidden, "An agent of somebody else takes an admin.")
            }
            if let ownerID { _ = try await tx.user(ownerID) }
            let agent = Agent(
                id: payload.id ?? ids.next(),
                name: payload.name,
                ownerID: ownerID,
                status: payload.status,
                metadata: payload.metadata,
                createdAt: tx.now
            )
            try await tx.createAgent(agent, audienceID: ids.next())
            return Reply(.created, agent, Nouns.agent)
        }
    }

    private var list: Route {
        group.list("/v1/agents", "List agents, newest first.", rows: "agents", of: Nouns.agent) { _, page, tx in
            try await tx.agents(page)
        }
    }

    private var get: Route {
        group.get("/v1/agents/{agent_id}", "Get an agent.", answer: Nouns.agent.schema) { call, tx in
            Reply(.ok, try await tx.agent(try call.id("agent_id")), Nouns.agent)
        }
    }

    private var patch: Route {
        let shape = ObjectShape(
            "AgentPatch",
            AgentPatch(),
            [
                .optional("name", \.name, shared.label), .optional("status", \.status, .word()),
                .optional("metadata", \.metadata, shared.metadata),
            ]
        ).shape
        return group.write(
            .patch,
            "/v1/agents/{agent_id}",
            "Change an agent's name, status or metadata.",
            body: shape,
            answer: Nouns.agent.schema
        ) { call, patch, tx in
            var agent = try await tx.agent(try call.id("agent_id"))
            if let name = patch.name { agent.name = name }
            if let status = patch.status { agent.status = status }
            if let metadata = patch.metadata { agent.metadata = metadata }
            try await tx.updateAgent(agent)
            return Reply(.ok, agent, Nouns.agent)
        }
    }

    private var delete: Route {
        group.write(
            .delete,
            "/v1/agents/{agent_id}",
            "Delete an agent with its keys, personal collection, items and index.",
            answer: Nouns.deletion.schema
        ) { [indexes = edge.services.indexes] call, tx in
            let id = try call.id("agent_id", of: Agent.self)
            _ = try await tx.agent(id)
            let personal = try await tx.personalCollection(of: id)
            let said = try await tx.messageMemory(of: try await tx.audienceID(of: id)).collection
            try await tx.deleteAgent(id)
            for gone in [personal, said].compactMap(\.self) { indexes.forget(gone.id) }
            return .deleted(id)
        }
    }
}

/// The body of a new agent.
private struct AgentPayload: Sendable {
    var id: Identifier<Agent>?
    var name = ""
    var ownerID: Identifier<User>?
    var status = AgentStatus.ready
    var metadata: [String: JSONValue] = [:]
    var restoresErased = false
}

/// Changes to an agent.
private struct AgentPatch: Sendable {
    var name: String?
    var status: AgentStatus?
    var metadata: [String: JSONValue]?
}
