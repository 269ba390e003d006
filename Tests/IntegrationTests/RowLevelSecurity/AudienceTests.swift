import MemoryModel
import PostgresStorage
import Testing

/// Who sees what within one workspace.
@Suite struct AudienceTests {
    @Test func anAgentsMemoryIsSeenByTheAgentItsOwnerAndAnAdminWhoActsForNobody() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let secret = workspace.item("Scout's own", in: workspace.personal)
            try await workspace.insert([secret])
            for principal in [workspace.asScout, workspace.asAnn, workspace.admin] {
                #expect(
                    try await database.read(as: principal) { try await $0.item(secret.id) }.content == "Scout's own"
                )
            }
            for principal in [workspace.asBob, workspace.asViewer, workspace.asClerk, workspace.adminBob] {
                let error = await storeError {
                    _ = try await database.read(as: principal) { try await $0.item(secret.id) }
                }
                #expect(error?.code == .notFound)
                let listed = try await database.read(as: principal) { tx in
                    try await tx.items(matching: ItemFilter(), PageRequest(limit: 10)).rows
                }
                #expect(listed.isEmpty)
            }
        }
    }

    @Test func aGroupsCollectionFollowsItsMembers() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let group = Audience(id: database.identifiers.next(), kind: .group, name: "ops")
            let collection = MemoryCollection(
                id: database.identifiers.next(),
                audienceID: group.id,
                name: "ops",
                profile: nil,
                createdAt: database.clock.now
            )
            try await database.write(as: workspace.admin) { tx in
                try await tx.createGroup(group, members: [.user(workspace.bob)])
                try await tx.createCollection(collection)
            }
            let item = workspace.item("The pager rotates on Mondays", in: collection)
            try await workspace.insert([item])
            #expect(try await isVisible(item, workspace.asBob, database))
            #expect(try await !isVisible(item, workspace.asAnn, database))
            try await database.write(as: workspace.admin) { tx in
                try await tx.setMembers([.user(workspace.ann), .agent(workspace.clerk)], of: group.id)
            }
            #expect(try await !isVisible(item, workspace.asBob, database))
            #expect(try await isVisible(item, workspace.asAnn, database))
            #expect(try await isVisible(item, workspace.asClerk, database))
            let members = try await database.read(as: workspace.asAnn) { try await $0.members(of: group.id) }
            #expect(Set(members) == [.user(workspace.ann), .agent(workspace.clerk)])
            let outsider = await storeError {
                _ = try await database.read(as: workspace.asBob) { try await $0.members(of: group.id) }
            }
            #expect(outsider?.code == .notFound)
        }
    }

    @Test func membersMakeAgentsOfTheirOwnAndNothingMore() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let ids = database.identifiers
            let own = Agent(id: ids.next(), name: "bobs", ownerID: workspace.bob, createdAt: database.clock.now)
            try await database.write(as: workspace.asBob) { tx in
                try await tx.createAgent(own, audienceID: ids.next())
            }
            let forAnn = Agent(id: ids.next(), name: "anns", ownerID: workspace.ann, createdAt: database.clock.now)
            let refusals = [
                await storeError {
                    try await database.write(as: workspace.asBob) { tx in
                        try await tx.createAgent(forAnn, audienceID: ids.next())
                    }
                },
                await storeError {
                    try await database.write(as: workspace.asBob) { try await $0.deleteAgent(workspace.scout) }
                },
                await storeError {
                    try await database.write(as: workspace.asBob) { tx in
                        try await tx.createUser(
                            User(id: ids.next(), name: "Eve", role: .admin, createdAt: tx.now),
                            audienceID: ids.next()
                        )
                    }
                },
                await storeError {
                    try await database.write(as: workspace.asBob) { tx in
                        try await tx.createGroup(
                            Audience(id: ids.next(), kind: .group, name: "g"),
                            members: [.user(workspace.bob)]
                        )
                    }
                },
            ]
            #expect(refusals.map { $0?.code } == [.forbidden, .forbidden, .forbidden, .forbidden])
            let sameName = await storeError {
                try await database.write(as: workspace.asBob) { tx in
                    try await tx.createAgent(
                        Agent(id: ids.next(), name: "scout", ownerID: workspace.bob, createdAt: tx.now),
                        audienceID: ids.next()
                    )
                }
            }
            #expect(sameName == StoreError(.alreadyExists, "it is there already", field: "name"))
        }
    }

    @Test func nothingIsMadeInAnAudienceThatIsNotOnesOwn() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let ids = database.identifiers
            for audience in [workspace.scoutsAudience, ids.next()] {
                let channel = await storeError {
                    try await database.write(as: workspace.asBob) { tx in
                        try await tx.createChannel(
                            Channel(id: ids.next(), audienceID: audience, name: "x", createdAt: tx.now)
                        )
                    }
                }
                let collection = await storeError {
                    try await database.write(as: workspace.asBob) { tx in
                        try await tx.createCollection(
                            MemoryCollection(
                                id: ids.next(),
                                audienceID: audience,
                                name: "x",
                                profile: nil,
                                createdAt: tx.now
                            )
                        )
                    }
                }
                // One answer, whether the audience is another's or nobody's.
                #expect(channel == StoreError(.notFound, "not found", field: "audience"))
                #expect(collection == StoreError(.notFound, "not found", field: "audience"))
            }
        }
    }

    private func isVisible(
        _ item: ContextItem,
        _ principal: Principal,
        _ database: TestDatabase
    ) async throws -> Bool {
        try await !database.read(as: principal) { tx in
            try await tx.items([ItemVersionReference(itemID: item.id, version: 1)])
        }.isEmpty
    }
}

extension TestWorkspace {
    /// The workspace's agent.
    var asClerk: Principal {
        Principal(workspaceID: id, agentID: clerk, role: .member, scopes: Set(AccessScope.allCases))
    }
    /// Bob, with an admin's role: acts for Bob, and so sees what Bob sees.
    var adminBob: Principal {
        Principal(workspaceID: id, userID: bob, role: .admin, scopes: Set(AccessScope.allCases))
    }
}
