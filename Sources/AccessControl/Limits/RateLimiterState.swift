import MemoryModel

/// All token buckets of one process, as a value: requests and exchanges in, decisions out.
struct RateLimiterState: Sendable {
    /// What is to be done with a request.
    enum Step: Sendable, Hashable {
        /// Decided; where it is urgent, an exchange should begin before its time.
        case decided(RateDecision, isUrgent: Bool)
        /// A bucket is as far ahead of the shared one as it may be: exchange first, then ask again.
        case exchangeFirst
    }

    /// How long a bucket that nobody asks is kept.
    static let idleTime = Duration.seconds(120)
    /// How long what is known of a workspace's tier is believed.
    static let tierLifetime = Duration.seconds(10)

    private struct KnownTier {
        var tier: Tier?
        var readAt: ContinuousClock.Instant
    }

    let policy: RatePolicy
    private var buckets: [RateBucketName: RateBucket] = [:]
    private var tiers: [Identifier<Workspace>: KnownTier] = [:]
    private var wantedTiers: Set<Identifier<Workspace>> = []
    private var unreported: Set<RateBucketName> = []
    private var nextSweep: ContinuousClock.Instant?
    /// Whether the shared buckets cannot be had now: each process then counts for itself alone.
    private(set) var isAlone = false

    init(policy: RatePolicy) {
        self.policy = policy
    }

    var bucketCount: Int { buckets.count }

    /// Decides about a request, and takes it from its buckets where it is let through.
    mutating func admit(_ principal: Principal, _ rateClass: RateClass, at now: ContinuousClock.Instant) -> Step {
        let known = tiers[principal.workspaceID]
        if known.map({ now - $0.readAt >= Self.tierLifetime }) ?? true {
            wantedTiers.insert(principal.workspaceID)
        }
        let lines = policy.lines(of: principal, rateClass, tier: known?.tier)
        guard !lines.isEmpty else { return .decided(.admitted([]), isUrgent: known == nil) }
        var violated: [String] = []
        var wait = Duration.zero
        var mustExchange = false
        for line in lines {
            var bucket = self.bucket(line, at: now)
            bucket.touch(at: now)
            buckets[line.bucket] = bucket
            let missing = bucket.wait(at: now)
            if missing > .zero {
                violated.append(line.policy)
                wait = max(wait, missing)
            } else if bucket.isAhead, !isAlone {
                mustExchange = true
            }
        }
        if !violated.isEmpty {
            let seconds = max(1, Int(wait.inSeconds.rounded(.up)))
            let decision = RateDecision.refused(standings(lines, at: now), violated: violated, retryAfter: seconds)
            return .decided(decision, isUrgent: known == nil)
        }
        if mustExchange { return .exchangeFirst }
        var isUrgent = known == nil
        for line in lines {
            buckets[line.bucket]?.take(at: now)
            unreported.insert(line.bucket)
            if buckets[line.bucket]?.shouldReport ?? false { isUrgent = true }
        }
        return .decided(.admitted(standings(lines, at: now)), isUrgent: isUrgent)
    }

    /// Whether there is anything to exchange.
    var isExchangeDue: Bool { !wantedTiers.isEmpty || !unreported.isEmpty }

    /// Begins an exchange.
    mutating func beginExchange() -> (reports: [RateReport], tiers: [Identifier<Workspace>]) {
        defer {
            unreported = []
            wantedTiers = []
        }
        let reports = unreported.compactMap { name -> RateReport? in
            guard let spent = buckets[name]?.beginReport(), spent > 0, let bucket = buckets[name] else { return nil }
            return RateReport(bucket: name, capacity: bucket.capacity, spent: spent)
        }
        return (reports, wantedTiers.sorted())
    }

    /// Ends an exchange with what the shared buckets say, or with nothing where they could not be had.
    mutating func endExchange(
        _ reports: [RateReport],
        tiers workspaces: [Identifier<Workspace>],
        _ ledger: RateLedger?,
        at now: ContinuousClock.Instant
    ) {
        isAlone = ledger == nil
        for report in reports {
            if let ledger {
                // What is not in the ledger belongs to a workspace that is gone.
                buckets[report.bucket]?.endReport(level: ledger.levels[report.bucket] ?? 0, at: now)
            } else {
                buckets[report.bucket]?.failReport()
                unreported.insert(report.bucket)
            }
        }
        if let ledger {
            for workspace in workspaces {
                tiers[workspace] = KnownTier(tier: ledger.tiers[workspace] ?? nil, readAt: now)
            }
        } else {
            wantedTiers.formUnion(workspaces)
        }
        sweep(at: now)
    }

    /// Forgets what nobody has asked for a while; the shared buckets remember it.
    private mutating func sweep(at now: ContinuousClock.Instant) {
        if let nextSweep, now < nextSweep { return }
        nextSweep = now + Self.idleTime / 4
        buckets = buckets.filter { name, bucket in
            unreported.contains(name) || now - bucket.lastUsed < Self.idleTime
        }
        tiers = tiers.filter { now - $0.value.readAt < Self.idleTime }
    }

    /// The bucket of a line: full where it is new; where its capacity has changed, its level is cut or kept.
    private func bucket(_ line: RatePolicy.Line, at now: ContinuousClock.Instant) -> RateBucket {
        if let bucket = buckets[line.bucket], bucket.capacity == line.capacity { return bucket }
        return RateBucket(capacity: line.capacity, at: now)
    }

    private func standings(_ lines: [RatePolicy.Line], at now: ContinuousClock.Instant) -> [RateStanding] {
        lines.compactMap { line in
            guard let bucket = buckets[line.bucket] else { return nil }
            return RateStanding(
                policy: line.policy,
                quota: line.capacity,
                window: RequestRates.window,
                remaining: max(0, Int(bucket.level(at: now).rounded(.down))),
                reset: Int(bucket.reset(at: now).inSeconds.rounded(.up))
            )
        }
    }
}
