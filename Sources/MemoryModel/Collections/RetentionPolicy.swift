/// How long the items of a collection are kept; pinned ones are never pruned.
///
/// Each absent part asks for nothing. An item's time is when its first version was written, or when it was brought
/// back after it was pruned.
public struct RetentionPolicy: Sendable, Hashable {
    /// Items older than this go.
    public var maximumAge: Duration?
    /// All but the newest so many go.
    public var maximumCount: Int32?
    /// Items that no context pack has shown for so long go.
    ///
    /// Uses are known from when the policy first asked for them.
    public var maximumUnused: Duration?
    /// Items of less importance go, once they are older than ``importanceAge``.
    public var minimumImportance: Float?
    /// How old an item must be for its importance to count.
    public var importanceAge: Duration
    /// For how long what was pruned can be brought back.
    public var undoWindow: Duration

    /// Makes a policy that keeps everything.
    public init(
        maximumAge: Duration? = nil,
        maximumCount: Int32? = nil,
        maximumUnused: Duration? = nil,
        minimumImportance: Float? = nil,
        importanceAge: Duration = .seconds(7 * 86_400),
        undoWindow: Duration = .seconds(7 * 86_400)
    ) {
        self.maximumAge = maximumAge
        self.maximumCount = maximumCount
        self.maximumUnused = maximumUnused
        self.minimumImportance = minimumImportance
        self.importanceAge = importanceAge
        self.undoWindow = undoWindow
    }

    /// Whether it asks for anything.
    public var isEmpty: Bool {
        maximumAge == nil && maximumCount == nil && maximumUnused == nil && minimumImportance == nil
    }
}

/// Why an item is pruned; where several hold, the first of these is told.
public enum PruneReason: String, Sendable, Hashable, CaseIterable, Codable {
    /// Too old.
    case age
    /// Not used for too long.
    case unused
    /// Not important enough.
    case importance
    /// Beyond the newest so many.
    case count
}

/// An item that a policy would prune.
public struct PrunableItem: Sendable, Hashable {
    /// The item.
    public let id: Identifier<ContextItem>
    /// Its present version.
    public let version: Int32
    /// Why.
    public let reason: PruneReason

    /// Makes a prunable item.
    public init(id: Identifier<ContextItem>, version: Int32, reason: PruneReason) {
        self.id = id
        self.version = version
        self.reason = reason
    }
}

/// Which pruned items are to be brought back; both conditions must hold where both are set.
public struct PrunedSelection: Sendable, Hashable {
    /// Pruned at or after.
    public var since: Timestamp?
    /// One of these.
    public var items: [Identifier<ContextItem>]?

    /// Makes a selection of everything.
    public init(since: Timestamp? = nil, items: [Identifier<ContextItem>]? = nil) {
        self.since = since
        self.items = items
    }
}

/// What of a collection was pruned and has not gone for good.
public enum PruningState: Sendable, Hashable {
    /// Nothing.
    case none
    /// Something whose window has not passed, or which is being erased.
    case waiting
    /// Something whose window has passed, and that nobody erases yet.
    case due
}
