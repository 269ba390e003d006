public import MemoryModel

/// Which requests are counted together, and how many of them are let through in a minute.
public struct RatePolicy: Sendable, Hashable {
    /// Of one user, over all keys and tokens.
    public var user: RequestRates
    /// Of one API key.
    public var key: RequestRates
    /// The tiers' limits hold for a whole workspace.
    public var tiers: TierTable

    /// Makes a policy; by default a user has 100 requests a minute and nothing else is limited.
    public init(
        user: RequestRates = RequestRates(total: 100),
        key: RequestRates = .unlimited,
        tiers: TierTable = .documented
    ) {
        self.user = user
        self.key = key
        self.tiers = tiers
    }

    /// No limits at all.
    public static let unlimited = RatePolicy(user: .unlimited, tiers: .unlimited)

    /// A bucket that a request takes from.
    struct Line: Sendable, Hashable {
        let bucket: RateBucketName
        /// As answers name it: `user`, `workspace-search`.
        let policy: String
        let capacity: Int
    }

    /// The buckets that a principal's request of a class takes from.
    func lines(of principal: Principal, _ rateClass: RateClass, tier: Tier?) -> [Line] {
        var lines: [Line] = []
        func add(_ rates: RequestRates, _ kind: String, _ id: String?) {
            guard !rates.isUnlimited else { return }
            let subject = id.map { "\(kind):\($0)" } ?? kind
            if let total = rates.total {
                let bucket = RateBucketName(workspaceID: principal.workspaceID, text: subject)
                lines.append(Line(bucket: bucket, policy: kind, capacity: total))
            }
            if let capacity = rates.byClass[rateClass] {
                let name = rateClass.rawValue
                let bucket = RateBucketName(workspaceID: principal.workspaceID, text: "\(subject)/\(name)")
                lines.append(Line(bucket: bucket, policy: "\(kind)-\(name)", capacity: capacity))
            }
        }
        if let user = principal.userID { add(self.user, "user", user.description) }
        if let key = principal.keyID { add(self.key, "key", key.description) }
        add(tiers[tier].requests, "workspace", nil)
        return lines
    }
}

/// Where a caller stands under one policy.
public struct RateStanding: Sendable, Hashable {
    /// The policy's name, such as `user` or `workspace-search`.
    public let policy: String
    /// Requests in a window.
    public let quota: Int
    /// The window, in seconds.
    public let window: Int
    /// Requests left.
    public let remaining: Int
    /// Seconds until the whole quota is there again.
    public let reset: Int

    /// Makes a standing.
    public init(policy: String, quota: Int, window: Int, remaining: Int, reset: Int) {
        self.policy = policy
        self.quota = quota
        self.window = window
        self.remaining = remaining
        self.reset = reset
    }
}

/// Whether a request is let through.
public enum RateDecision: Sendable, Hashable {
    /// It is.
    case admitted([RateStanding])
    /// It is not; after so many seconds it would be.
    case refused([RateStanding], violated: [String], retryAfter: Int)

    /// Where the caller stands.
    public var standings: [RateStanding] {
        switch self {
        case .admitted(let standings), .refused(let standings, _, _): standings
        }
    }
}
