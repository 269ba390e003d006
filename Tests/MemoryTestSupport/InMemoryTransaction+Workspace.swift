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

    func updateWorkspace(_ workspace: Workspace) async throws(StoreError) {
        try write { $0.workspace = workspace }
    }

    func deleteWorkspace() async throws(StoreError) -> [Identifier<MemoryCollection>] {
        let collections = try read { Array($0.collections.keys) }
        try unfound()
        return collections
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
            guard
                user.externalID == nil || !workspace.users.values.contains(where: { $0.externalID == user.externalID })
            else { throw StoreError(.alreadyExists, "a user with this external id is there", field: "external_id") }
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

    func updateUser(_ user: User) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.users[user.id] != nil else { throw StoreError(.notFound, "no such user", field: "user") }
            let others = workspace.users.values.filter { $0.id != user.id }
            guard user.email == nil || !others.contains(where: { $0.email == user.email }) else {
                throw StoreError(.alreadyExists, "a user with this address is there", field: "email")
            }
            guard user.externalID == nil || !others.contains(where: { $0.externalID == user.externalID }) else {
                throw StoreError(.alreadyExists, "a user with this external id is there", field: "external_id")
            }
            workspace.users[user.id] = user
        }
    }

    func deleteUser(_ id: Identifier<User>) async throws(StoreError) -> [Identifier<MemoryCollection>] {
        _ = try await user(id)
        for agent in try read({ $0.agents.values.filter { $0.ownerID == id } }) { try await deleteAgent(agent.id) }
        let audience = try await audienceID(of: id)
        let collections = try read { $0.collections.values.filter { $0.audienceID == audience }.map(\.id) }
        for collection in collections { try await deleteCollection(collection) }
        try write { workspace in
            workspace.users[id] = nil
            workspace.keys = workspace.keys.filter { $0.value.key.userID != id }
            workspace.audiences[audience] = nil
            workspace.channels = workspace.channels.filter { $0.value.audienceID != audience }
        }
        return collections
    }

    func createKey(_ key: APIKey, secretHash: [UInt8]) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard workspace.keys[key.id] == nil else { throw StoreError(.alreadyExists, "key", field: "id") }
            workspace.keys[key.id] = .init(key: key, secretHash: secretHash)
        }
    }

    func key(_ id: Identifier<APIKey>) async throws(StoreError) -> APIKey {
        try read { workspace throws(StoreError) in
            guard let stored = workspace.keys[id] else { throw StoreError(.notFound, "no such key", field: "key") }
            return stored.key
        }
    }

    func retireKey(_ id: Identifier<APIKey>, afterSeconds seconds: Int) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard var stored = workspace.keys[id] else { throw StoreError(.notFound, "no such key", field: "key") }
            guard stored.key.revokedAt == nil, stored.key.expiresAt.map({ $0 > self.now }) ?? true else {
                throw StoreError(.conflict, "the key is not in use any more", field: "key")
            }
            let latest = self.now.advanced(bySeconds: Int64(seconds))
            stored.key.expiresAt = min(stored.key.expiresAt ?? latest, latest)
            if seconds == 0 { stored.key.revokedAt = self.now }
            workspace.keys[id] = stored
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
