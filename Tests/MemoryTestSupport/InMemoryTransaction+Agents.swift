import MemoryModel

extension InMemoryTransaction {
    func createAgent(_ agent: Agent, audienceID: Identifier<Audience>) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.agents[agent.id] == nil else { throw StoreError(.alreadyExists, "agent", field: "id") }
            guard !workspace.agents.values.contains(where: { $0.name == agent.name }) else {
                throw StoreError(.alreadyExists, "an agent with this name is there", field: "name")
            }
            workspace.agents[agent.id] = agent
            workspace.audiences[audienceID] = Audience(id: audienceID, kind: .agent, agentID: agent.id)
        }
    }

    func agent(_ id: Identifier<Agent>) async throws(StoreError) -> Agent {
        try read { workspace throws(StoreError) in
            guard let agent = workspace.agents[id] else {
                throw StoreError(.notFound, "no such agent", field: "agent")
            }
            return agent
        }
    }

    func agents(_ page: PageRequest) async throws(StoreError) -> Page<Agent> {
        try read { Self.page($0.agents.values.sorted { $0.id > $1.id }, page) { .init(order: 0, id: $0.id) } }
    }

    func updateAgent(_ agent: Agent) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.agents[agent.id] != nil else {
                throw StoreError(.notFound, "no such agent", field: "agent")
            }
            workspace.agents[agent.id] = agent
        }
    }

    func deleteAgent(_ id: Identifier<Agent>) async throws(StoreError) {
        let personal = try await personalCollection(of: id)
        if let personal { try await deleteCollection(personal.id) }
        try write { workspace throws(StoreError) in
            guard workspace.agents.removeValue(forKey: id) != nil else {
                throw StoreError(.notFound, "no such agent", field: "agent")
            }
            workspace.keys = workspace.keys.filter { $0.value.key.agentID != id }
            workspace.audiences = workspace.audiences.filter { $0.value.agentID != id }
        }
    }

    func audienceID(of agent: Identifier<Agent>) async throws(StoreError) -> Identifier<Audience> {
        try read { workspace throws(StoreError) in
            guard let audience = workspace.audiences.values.first(where: { $0.agentID == agent }) else {
                throw StoreError(.notFound, "no such agent", field: "agent")
            }
            return audience.id
        }
    }

    func audienceID(of user: Identifier<User>) async throws(StoreError) -> Identifier<Audience> {
        try read { workspace throws(StoreError) in
            guard let audience = workspace.audiences.values.first(where: { $0.userID == user }) else {
                throw StoreError(.notFound, "no such user", field: "user")
            }
            return audience.id
        }
    }

    func createGroup(_ audience: Audience, members: [AudienceMember]) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.audiences[audience.id] == nil else {
                throw StoreError(.alreadyExists, "audience", field: "id")
            }
            workspace.audiences[audience.id] = audience
            workspace.members[audience.id] = members
        }
    }

    func audiences(_ page: PageRequest) async throws(StoreError) -> Page<Audience> {
        try read { workspace in
            let visible = self.audiences(workspace)
            let rows = workspace.audiences.values.filter { visible.contains($0.id) }.sorted { $0.id > $1.id }
            return Self.page(rows, page) { .init(order: 0, id: $0.id) }
        }
    }

    func setMembers(_ members: [AudienceMember], of group: Identifier<Audience>) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.audiences[group]?.kind == .group else {
                throw StoreError(.notFound, "no such group", field: "audience")
            }
            workspace.members[group] = members
        }
    }

    func deleteGroup(_ id: Identifier<Audience>) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.audiences[id]?.kind == .group else {
                throw StoreError(.notFound, "no such group", field: "audience")
            }
            let isUsed =
                workspace.collections.values.contains { $0.audienceID == id }
                || workspace.channels.values.contains { $0.audienceID == id }
            guard !isUsed else { throw StoreError(.conflict, "the group is used", field: "audience") }
            workspace.audiences[id] = nil
            workspace.members[id] = nil
        }
    }

    func members(of group: Identifier<Audience>) async throws(StoreError) -> [AudienceMember] {
        try read { workspace throws(StoreError) in
            guard workspace.audiences[group]?.kind == .group else {
                throw StoreError(.notFound, "no such group", field: "audience")
            }
            return workspace.members[group] ?? []
        }
    }
}
