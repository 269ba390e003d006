/// A provider call of a job that is about to be made: held before it, settled after it.
///
/// A call whose worker is killed is never settled; it is then counted as made, by this estimate.
public struct UsageHold: Sendable, Hashable {
    /// The job that makes the call.
    public let job: ClaimedJob
    /// For whom.
    public let subject: UsageSubject
    /// The provider.
    public let provider: String
    /// The model.
    public let model: String
    /// Texts in the call.
    public let texts: Int64
    /// Tokens, estimated not below what the provider will count.
    public let tokens: Int64
    /// What they would cost, in billionths.
    public let cost: Int64
    /// How long the call may take in all.
    public let lifetime: Duration

    /// Makes a hold.
    public init(
        job: ClaimedJob,
        subject: UsageSubject,
        provider: String,
        model: String,
        texts: Int64,
        tokens: Int64,
        cost: Int64,
        lifetime: Duration
    ) {
        self.job = job
        self.subject = subject
        self.provider = provider
        self.model = model
        self.texts = texts
        self.tokens = tokens
        self.cost = cost
        self.lifetime = lifetime
    }
}

/// Whether a call may be made.
public enum UsageHoldOutcome: Sendable, Hashable {
    /// It is held under an id.
    case held(Identifier<UsageHold>)
    /// Something is used up.
    case refused(UsedUp)
}

/// What there is no more of.
public enum UsedUp: String, Sendable, Hashable, CaseIterable {
    /// The tier's vectors.
    case vectors
    /// The tier's tokens of the day.
    case tokensPerDay = "tokens_per_day"
    /// The workspace's limit of spending.
    case spending
    /// The agent's limit of spending.
    case agentSpending = "agent_spending"
}
