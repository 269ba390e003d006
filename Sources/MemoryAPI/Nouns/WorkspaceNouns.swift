import AccessControl
import HTTPTypes
import MemoryModel

extension Nouns {
    static let workspace = Representation<Workspace>(
        "Workspace",
        [
            .id("id", \.id), .text("name", \.name), .text("language", \.language),
            .flag("index_messages", \.indexesMessages), .time("created_at", \.createdAt),
        ]
    )
}

extension Nouns {
    static let user = Representation<User>(
        "User",
        [
            .id("id", \.id), .text("name", \.name), .optionalText("email", \.email),
            .optionalText("external_id", \.externalID), .word("role", \.role), .time("created_at", \.createdAt),
        ]
    )
}

extension Nouns {
    static let agent = Representation<Agent>(
        "Agent",
        [
            .id("id", \.id), .text("name", \.name), .optionalID("owner_id", \.ownerID), .word("status", \.status),
            .freeFields("metadata", \.metadata), .time("created_at", \.createdAt),
        ]
    )
}

extension Nouns {
    static let audience = Representation<Audience>(
        "Audience",
        [
            .id("id", \.id), .word("kind", \.kind), .optionalText("name", \.name), .optionalID("user_id", \.userID),
            .optionalID("agent_id", \.agentID),
        ]
    )
}

extension Nouns {
    static let member = Representation<AudienceMember>(
        "AudienceMember",
        [.optionalID("user_id", \.userID), .optionalID("agent_id", \.agentID)]
    )
}

extension AudienceMember {
    /// The person, where it is one.
    var userID: Identifier<User>? {
        if case .user(let id) = self { id } else { nil }
    }

    /// The agent, where it is one.
    var agentID: Identifier<Agent>? {
        if case .agent(let id) = self { id } else { nil }
    }
}

extension Nouns {
    static let key = Representation<APIKey>(
        "Key",
        [
            .id("id", \.id), .text("name", \.name), .optionalID("user_id", \.userID),
            .optionalID("agent_id", \.agentID), .word("role", \.role),
            .texts("scopes") { $0.scopes.map(\.rawValue).sorted() },
            .time("created_at", \.createdAt), .optionalTime("expires_at", \.expiresAt),
            .optionalTime("revoked_at", \.revokedAt), .optionalTime("last_used_at", \.lastUsedAt),
        ]
    )
}

/// What is left to say of something deleted.
struct Deletion: Sendable {
    let id: String
}

extension Nouns {
    static let deletion = Representation<Deletion>(
        "Deletion",
        [Property("id", .id) { $1.string($0.id) }, .flag("deleted") { _ in true }]
    )
}

extension Reply {
    /// The answer to a deletion.
    static func deleted<Noun>(_ id: Identifier<Noun>) -> Reply {
        Reply(.ok, Deletion(id: id.description), Nouns.deletion)
    }
}

extension Nouns {
    static let memberList = Representation<[AudienceMember]>("AudienceMembers", [.list("members", member, \.self)])
}

/// A key just made, with its text.
struct NewKey: Sendable {
    let key: APIKey
    let text: Secret

    /// The text, to be shown in this answer and nowhere else.
    var shownText: String { text.withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension Nouns {
    static let newKey = Representation<NewKey>(
        "NewKey",
        [
            .nested("key", key, \.key),
            .text("secret") { $0.shownText },
        ]
    )
}

/// A workspace just made, with a key into it.
struct NewWorkspace: Sendable {
    let workspace: Workspace
    let key: NewKey
}

extension Nouns {
    static let newWorkspace = Representation<NewWorkspace>(
        "NewWorkspace",
        [
            .nested("workspace", workspace, \.workspace), .nested("key", key, \.key.key),
            .text("secret") { $0.key.shownText },
        ]
    )
}

/// A person just invited, with what is to be handed over.
struct NewInvitation: Sendable {
    let user: User
    let key: NewKey
}

extension Nouns {
    static let newInvitation = Representation<NewInvitation>(
        "NewInvitation",
        [
            .nested("user", user, \.user), .nested("key", key, \.key.key), .text("secret") { $0.key.shownText },
        ]
    )
}
