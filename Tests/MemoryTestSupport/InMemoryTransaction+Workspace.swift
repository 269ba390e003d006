import MemoryModel

extension InMemoryTransaction {
    func createWorkspace(_ workspace: Workspace, audienceID: Identifier<Audience>) async throws(StoreError) {
        guard workspace.id == principal.workspaceID else {
            throw StoreError(.forbidden, "only the principal's own workspace", field: "workspace")
        }
        var generator = SeededGenerator(seed: workspace.id.low)
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        var founded = InMemoryWorkspace(workspace: workspace, workspaceAudience: audienceID, fenceSecret: secret)
        founded.audiences[audienceID] = Audience(id: audienceID, kind: .workspace)
        try found(founded)
    }

    func workspace() async throws(StoreError) -> Workspace {
        try read { $0.workspace }
    }

    func setMessageIndexing(_ isOn: Bool) async throws(StoreError) {
        guard principal.role == .admin else { throw StoreError(.forbidden, "an admin changes the workspace") }
        try write { $0.workspace.indexesMessages = isOn }
    }

    func workspaceAudienceID() async throws(StoreError) -> Identifier<Audience> {
        try read { $0.workspaceAudience }
    }

    func createUser(_ user: User, audienceID: Identifier<Audience>) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.users[user.id] == nil else { throw StoreError(.alreadyExists, "user", field: "id") }
            guard user.email == nil || !workspace.users.values.contains(where: { $0.email == user.email }) else {
                throw StoreError(.alreadyExists, "a user with this address is there", field: "email")
            }
            workspace.users[user.id] = user
            workspace.audiences[audienceID] = Audience(id: audienceID, kind: .user, userID: user.id)
        }
    }

    func user(_ id: Identifier<User>) async throws(StoreError) -> User {
        try read { workspace throws(StoreError) in
            guard let user = workspace.users[id] else { throw StoreError(.notFound, "no such user", field: "user") }
            return user
        }
    }

    func users(_ page: PageRequest) async throws(StoreError) -> Page<User> {
        try read { Self.page($0.users.values.sorted { $0.id > $1.id }, page) { .init(order: 0, id: $0.id) } }
    }

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

    func members(of group: Identifier<Audience>) async throws(StoreError) -> [AudienceMember] {
        try read { workspace throws(StoreError) in
            guard workspace.audiences[group]?.kind == .group else {
                throw StoreError(.notFound, "no such group", field: "audience")
            }
            return workspace.members[group] ?? []
        }
    }

    func createKey(_ key: APIKey, secretHash: [UInt8]) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.keys[key.id] == nil else { throw StoreError(.alreadyExists, "key", field: "id") }
            workspace.keys[key.id] = .init(key: key, secretHash: secretHash)
        }
    }

    func keys(_ page: PageRequest) async throws(StoreError) -> Page<APIKey> {
        try read { workspace in
            Self.page(workspace.keys.values.map(\.key).sorted { $0.id > $1.id }, page) { .init(order: 0, id: $0.id) }
        }
    }

    func revokeKey(_ id: Identifier<APIKey>) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard var stored = workspace.keys[id] else { throw StoreError(.notFound, "no such key", field: "key") }
            stored.key.revokedAt = stored.key.revokedAt ?? self.now
            workspace.keys[id] = stored
        }
    }
}
