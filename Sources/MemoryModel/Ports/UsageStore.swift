/// What is used and what may be, inside a transaction.
public protocol UsageStore: Sendable {
    /// Adds to the usage of the day.
    func recordUsage(_ records: [UsageRecord]) async throws(StoreError)
    /// Holds a provider call that is about to be made, unless a quota or a limit of spending is used up.
    ///
    /// Calls side by side see one another, so that together they go beyond a limit by no more than one call.
    func holdUsage(_ hold: UsageHold) async throws(StoreError) -> UsageHoldOutcome
    /// Ends a held call with what it came to.
    func settleUsage(
        _ id: Identifier<UsageHold>,
        as usage: ProviderUsage,
        cost: Int64
    ) async throws(StoreError)
    /// Sums of usage, in the order of their dimensions.
    func usage(_ query: UsageQuery) async throws(StoreError) -> [UsageRow]
    /// What the workspace may use, and what it uses.
    func allowance() async throws(StoreError) -> Allowance
    /// Sets a limit of spending, in place of what held before.
    func setSpendingLimit(_ limit: SpendingLimit) async throws(StoreError)
    /// Takes a limit of spending away; nil stands for the workspace's own.
    func removeSpendingLimit(ofAgent agentID: Identifier<Agent>?) async throws(StoreError)
    /// Gives the workspace a tier; nil gives it the standard one.
    func setTier(_ tier: Tier?) async throws(StoreError)
}
