/// Where the API processes tell one another what requests they have let through.
///
/// Asked at intervals and not for each request; behind it are the gate functions `exchange_rates` and
/// `workspace_tiers`, because one call tells of many workspaces.
public protocol RateLimitStore: Sendable {
    /// Takes what was spent from shared buckets, and returns where each then stands; reads the tiers of workspaces.
    ///
    /// Buckets fill by the database's clock. One whose workspace is gone is left out of the answer.
    func exchange(
        _ reports: [RateReport],
        tiersOf workspaces: [Identifier<Workspace>]
    ) async throws(StoreError) -> RateLedger
}

/// The name of a token bucket.
public struct RateBucketName: Sendable, Hashable {
    /// The workspace it belongs to.
    public let workspaceID: Identifier<Workspace>
    /// Whose requests it counts, and of which class: `user:<id>`, `key:<id>/search`, `workspace`.
    public let text: String

    /// Makes a name.
    public init(workspaceID: Identifier<Workspace>, text: String) {
        self.workspaceID = workspaceID
        self.text = text
    }
}

/// What one process has let through since its last report.
public struct RateReport: Sendable, Hashable {
    /// The bucket.
    public let bucket: RateBucketName
    /// How many requests it holds; as many flow in every minute.
    public let capacity: Int
    /// Requests let through.
    public let spent: Int

    /// Makes a report.
    public init(bucket: RateBucketName, capacity: Int, spent: Int) {
        self.bucket = bucket
        self.capacity = capacity
        self.spent = spent
    }
}

/// Where shared buckets stand, and which tiers workspaces have.
public struct RateLedger: Sendable, Hashable {
    /// Requests left; below zero where processes let through more than there were.
    public var levels: [RateBucketName: Double]
    /// The tiers; nil for a workspace that has been given none.
    public var tiers: [Identifier<Workspace>: Tier?]

    /// Makes a ledger.
    public init(levels: [RateBucketName: Double] = [:], tiers: [Identifier<Workspace>: Tier?] = [:]) {
        self.levels = levels
        self.tiers = tiers
    }
}
