package import MemoryModel

/// One line of the exchange format, which data/README.md describes; ids are those of the file.
package enum ExchangeLine: Sendable, Hashable {
    case workspace(WorkspaceLine)
    case user(UserLine)
    case agent(AgentLine)
    case channel(ChannelLine)
    case thread(ThreadLine)
    case fork(ForkLine)
    case message(MessageLine)
    case collection(CollectionLine)
    case item(ItemLine)

    /// The types, as a line names them.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case workspace, user, agent, channel, thread, fork, message, collection, item
    }

    /// The line's type.
    package var kind: Kind {
        switch self {
        case .workspace: .workspace
        case .user: .user
        case .agent: .agent
        case .channel: .channel
        case .thread: .thread
        case .fork: .fork
        case .message: .message
        case .collection: .collection
        case .item: .item
        }
    }

    /// Describes the file; nothing is made of it.
    package struct WorkspaceLine: Sendable, Hashable {
        package var name: String
        package var language: String?
    }

    package struct UserLine: Sendable, Hashable {
        package var id: String
        package var name: String
        package var email: String?
        package var role: Role
    }

    package struct AgentLine: Sendable, Hashable {
        package var id: String
        package var name: String
        package var owner: String?
        package var metadata: [String: JSONValue]
    }

    package struct ChannelLine: Sendable, Hashable {
        package var id: String
        package var name: String
        /// `workspace`, or the UUID of an audience that is there.
        package var audience: String
        package var createdAt: Timestamp?
    }

    package struct ThreadLine: Sendable, Hashable {
        package var id: String
        package var channel: String
        package var title: String
        package var status: ThreadStatus
        package var createdAt: Timestamp?
    }

    package struct ForkLine: Sendable, Hashable {
        package var id: String
        package var thread: String
        package var parentFork: String?
        package var forkPoint: String
        package var title: String
        package var status: ForkStatus
        package var summary: String?
        package var createdAt: Timestamp?
        package var endedAt: Timestamp?
    }

    package struct MessageLine: Sendable, Hashable {
        package var id: String
        package var thread: String
        package var fork: String?
        package var author: String
        package var authorType: AuthorType
        package var authorID: String?
        package var content: String
        package var replyTo: String?
        package var metadata: [String: JSONValue]
        package var createdAt: Timestamp
    }

    package struct CollectionLine: Sendable, Hashable {
        /// Whose it is, or who may see it.
        package enum Owner: Sendable, Hashable {
            case agent(String)
            case user(String)
            /// `workspace`, or the UUID of an audience that is there.
            case audience(String)
        }

        package var id: String
        package var name: String
        package var owner: Owner
    }

    package struct ItemLine: Sendable, Hashable {
        package var id: String
        package var collection: String
        package var kind: ItemKind
        package var content: String
        package var scope: Place?
        package var tags: [String]
        package var source: String
        package var provenance: Origin
        package var author: String?
        package var trust: Trust?
        package var importance: Double?
        package var isPinned: Bool
        package var supersedes: String?
        package var validFrom: Timestamp?
        package var invalidAt: Timestamp?
        package var expiresAt: Timestamp?
        package var metadata: [String: JSONValue]
        package var createdAt: Timestamp?
        /// The vector of its text, with the model that made it.
        package var embedding: Embedding?
    }

    /// A vector that was made elsewhere.
    package struct Embedding: Sendable, Hashable {
        package var model: String
        package var vector: [Float]
    }

    /// Where an item holds.
    package struct Place: Sendable, Hashable {
        /// The kinds of scope.
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case global, channel, thread, task
        }

        package var kind: Kind
        package var id: String?
    }

    /// Where an item came from.
    package struct Origin: Sendable, Hashable {
        package var message: String?
        package var thread: String?
        package var fork: String?
        package var task: String?
        package var url: String?
        package var derivedFrom: [String] = []
    }
}
