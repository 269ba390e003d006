public import MemoryModel

/// Which collection a write goes to.
public enum CollectionTarget: Sendable, Hashable {
    /// The personal collection of whom the principal acts for: its agent, else its user; made at first use.
    case own
    /// The personal collection of an agent; made at first use.
    case agent(Identifier<Agent>)
    /// The personal collection of a user; made at first use.
    case user(Identifier<User>)
    /// This collection.
    case collection(Identifier<MemoryCollection>)
}

/// An item to be written.
///
/// What the server knows better is not here: the principal in the provenance, the audience, the version, the hash.
public struct ItemDraft: Sendable, Hashable {
    /// The id, where the client chooses it so that the write can be repeated.
    public var id: Identifier<ContextItem>?
    /// Where it goes.
    public var target: CollectionTarget
    /// The text.
    public var content: String
    /// What sort of knowledge it is.
    public var kind: ItemKind
    /// Where it holds.
    public var scope: ItemScope
    /// Labels, in any order.
    public var tags: [String]
    /// The runtime it came from.
    public var source: String
    /// Where it came from; its `principal` is for imports alone.
    public var provenance: Provenance
    /// From 0 to 1.
    public var importance: Float
    /// Whether it is always injected in its scope.
    public var isPinned: Bool
    /// A lower trust than the principal's own; nil for the principal's.
    public var trust: Trust?
    /// From when on it holds; nil for now.
    public var validFrom: Timestamp?
    /// From when on it no longer holds.
    public var invalidAt: Timestamp?
    /// When it is to be forgotten.
    public var expiresAt: Timestamp?
    /// Free fields.
    public var metadata: [String: JSONValue]
    /// When it was first written elsewhere, for imports; nil for now, never later than now.
    public var createdAt: Timestamp?
    /// The item that it replaces from `validFrom` on; without another target it goes to that item's collection.
    public var supersedes: Identifier<ContextItem>?
    /// The vector of the whole text, where the writer has it; nil has the text embedded, as every later version is.
    public var embedding: GivenVector?
    /// Whether it is written although it, or what it says, was erased.
    public var restoresErased = false

    /// Makes a draft.
    public init(
        id: Identifier<ContextItem>? = nil,
        target: CollectionTarget = .own,
        content: String,
        kind: ItemKind = .note,
        scope: ItemScope = .global,
        tags: [String] = [],
        source: String = "api",
        provenance: Provenance = Provenance(),
        importance: Float = 0.5,
        isPinned: Bool = false,
        trust: Trust? = nil,
        validFrom: Timestamp? = nil,
        invalidAt: Timestamp? = nil,
        expiresAt: Timestamp? = nil,
        metadata: [String: JSONValue] = [:],
        createdAt: Timestamp? = nil,
        supersedes: Identifier<ContextItem>? = nil
    ) {
        self.id = id
        self.target = target
        self.content = content
        self.kind = kind
        self.scope = scope
        self.tags = tags
        self.source = source
        self.provenance = provenance
        self.importance = importance
        self.isPinned = isPinned
        self.trust = trust
        self.validFrom = validFrom
        self.invalidAt = invalidAt
        self.expiresAt = expiresAt
        self.metadata = metadata
        self.createdAt = createdAt
        self.supersedes = supersedes
    }
}

/// A change of one field: to a value, to nothing, or none at all.
public enum FieldChange<Value: Sendable & Hashable>: Sendable, Hashable {
    /// The field stays as it is.
    case keep
    /// The field is emptied.
    case clear
    /// The field gets a value.
    case set(Value)

    /// The field after the change.
    package func applied(to value: Value?) -> Value? {
        switch self {
        case .keep: value
        case .clear: nil
        case .set(let new): new
        }
    }
}

/// Changes to an item; nil leaves a field as it is.
///
/// New content or another kind makes a new version; everything else changes the present one.
public struct ItemPatch: Sendable, Hashable {
    /// The version that the change was made for; another present version is a conflict.
    public var expectedVersion: Int32?
    /// New text.
    public var content: String?
    /// Another kind.
    public var kind: ItemKind?
    /// Another scope.
    public var scope: ItemScope?
    /// All labels anew.
    public var tags: [String]?
    /// Another importance.
    public var importance: Float?
    /// Pinned or not.
    public var isPinned: Bool?
    /// A lower trust; raising it takes an operator.
    public var trust: Trust?
    /// `active` or `quarantined`: held back, or let go again.
    public var state: ItemState?
    /// From when on it holds.
    public var validFrom: Timestamp?
    /// From when on it no longer holds.
    public var invalidAt: FieldChange<Timestamp>
    /// When it is to be forgotten.
    public var expiresAt: FieldChange<Timestamp>
    /// All free fields anew.
    public var metadata: [String: JSONValue]?

    /// Makes a patch.
    public init(
        expectedVersion: Int32? = nil,
        content: String? = nil,
        kind: ItemKind? = nil,
        scope: ItemScope? = nil,
        tags: [String]? = nil,
        importance: Float? = nil,
        isPinned: Bool? = nil,
        trust: Trust? = nil,
        state: ItemState? = nil,
        validFrom: Timestamp? = nil,
        invalidAt: FieldChange<Timestamp> = .keep,
        expiresAt: FieldChange<Timestamp> = .keep,
        metadata: [String: JSONValue]? = nil
    ) {
        self.expectedVersion = expectedVersion
        self.content = content
        self.kind = kind
        self.scope = scope
        self.tags = tags
        self.importance = importance
        self.isPinned = isPinned
        self.trust = trust
        self.state = state
        self.validFrom = validFrom
        self.invalidAt = invalidAt
        self.expiresAt = expiresAt
        self.metadata = metadata
    }
}

/// What came of superseding an item.
public struct Supersession: Sendable, Hashable {
    /// The item that no longer holds.
    public let replaced: ContextItem
    /// The item that holds instead.
    public let replacement: ContextItem

    /// Makes a supersession.
    public init(replaced: ContextItem, replacement: ContextItem) {
        self.replaced = replaced
        self.replacement = replacement
    }
}
