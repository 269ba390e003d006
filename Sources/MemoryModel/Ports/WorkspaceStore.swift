/// Workspaces, people, agents, audiences and keys, inside a transaction.
public protocol WorkspaceStore: Sendable {
    /// Creates the principal's own workspace with its workspace audience. Fails with `alreadyExists`.
    func createWorkspace(_ workspace: Workspace, audienceID: Identifier<Audience>) async throws(StoreError)
    /// The principal's workspace.
    func workspace() async throws(StoreError) -> Workspace
    /// Replaces the name of the principal's workspace.
    func updateWorkspace(_ workspace: Workspace) async throws(StoreError)
    /// Deletes the principal's workspace with all that is in it; returns the collections that went with it.
    func deleteWorkspace() async throws(StoreError) -> [Identifier<MemoryCollection>]
    /// Says whether what is said is memory from now on; a job brings the indexes in line.
    func setMessageIndexing(_ isOn: Bool) async throws(StoreError)
    /// The id of the audience that is the whole workspace.
    func workspaceAudienceID() async throws(StoreError) -> Identifier<Audience>

    /// Adds a user and the audience that is that user.
    func createUser(_ user: User, audienceID: Identifier<Audience>) async throws(StoreError)
    /// One user.
    func user(_ id: Identifier<User>) async throws(StoreError) -> User
    /// Users, newest first.
    func users(_ page: PageRequest) async throws(StoreError) -> Page<User>
    /// Replaces a user's name, addresses and role; the role bounds the user's keys from then on.
    func updateUser(_ user: User) async throws(StoreError)
    /// Deletes a user with its keys, its agents, and all that only they could see; returns the collections that went
    /// with it.
    func deleteUser(_ id: Identifier<User>) async throws(StoreError) -> [Identifier<MemoryCollection>]

    /// Adds an agent and the audience that is that agent.
    func createAgent(_ agent: Agent, audienceID: Identifier<Audience>) async throws(StoreError)
    /// One agent.
    func agent(_ id: Identifier<Agent>) async throws(StoreError) -> Agent
    /// Agents, newest first.
    func agents(_ page: PageRequest) async throws(StoreError) -> Page<Agent>
    /// Replaces an agent's name, status and metadata.
    func updateAgent(_ agent: Agent) async throws(StoreError)
    /// Deletes an agent with its keys, personal collection, items and index.
    func deleteAgent(_ id: Identifier<Agent>) async throws(StoreError)
    /// The audience that is one agent.
    func audienceID(of agent: Identifier<Agent>) async throws(StoreError) -> Identifier<Audience>
    /// The audience that is one user.
    func audienceID(of user: Identifier<User>) async throws(StoreError) -> Identifier<Audience>

    /// Adds a group audience with its members.
    func createGroup(_ audience: Audience, members: [AudienceMember]) async throws(StoreError)
    /// Audiences the principal may see, newest first.
    func audiences(_ page: PageRequest) async throws(StoreError) -> Page<Audience>
    /// Replaces the members of a group.
    func setMembers(_ members: [AudienceMember], of group: Identifier<Audience>) async throws(StoreError)
    /// Deletes a group that no collection and no channel has as its audience; fails with `conflict` where one has.
    func deleteGroup(_ id: Identifier<Audience>) async throws(StoreError)
    /// The members of a group.
    func members(of group: Identifier<Audience>) async throws(StoreError) -> [AudienceMember]

    /// Adds an API key; of the secret only the HMAC is kept.
    func createKey(_ key: APIKey, secretHash: [UInt8]) async throws(StoreError)
    /// One key.
    func key(_ id: Identifier<APIKey>) async throws(StoreError) -> APIKey
    /// Lets a key that is in use expire after some seconds at the latest; 0 revokes it.
    ///
    /// Fails with `conflict` where it is revoked or has expired.
    func retireKey(_ id: Identifier<APIKey>, afterSeconds seconds: Int) async throws(StoreError)
    /// Keys, newest first.
    func keys(_ page: PageRequest) async throws(StoreError) -> Page<APIKey>
    /// Revokes a key from now on; revoking twice changes nothing.
    func revokeKey(_ id: Identifier<APIKey>) async throws(StoreError)
}

/// Finds credentials before there is a principal; behind keys is the gate function `find_key`.
public protocol CredentialStore: Sendable {
    /// The key with this id, or nil. The same work is done either way.
    func findKey(
        _ id: Identifier<APIKey>,
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> KeyCredential?
    /// The person of a workspace whom an identity provider calls so: by external id, or by id where there is no external
    /// one. Nil also where there is no such workspace.
    func findMember(
        _ subject: String,
        in workspace: Identifier<Workspace>,
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> WorkspaceMember?
    /// Adds a person with an external id and the audience that is that person, or returns who has that external id.
    ///
    /// Nil where there is no such workspace.
    func addMember(
        _ user: User,
        audienceID: Identifier<Audience>,
        in workspace: Identifier<Workspace>
    ) async throws(StoreError) -> WorkspaceMember?
    /// Notes that keys were used, coarsely and off the hot path.
    func touchKeys(_ ids: [Identifier<APIKey>]) async throws(StoreError)
}
