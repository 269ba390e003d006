/// When a failed attempt is made again: exponential back-off with full jitter, never earlier than the server asks, never past the deadline.
public struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first one included.
    public var attempts: Int
    /// The longest wait before the first repetition; it doubles with each further one.
    public var baseDelay: Duration
    /// The longest wait that is chosen by us.
    public var maximumDelay: Duration
    /// The longest wait that a server may ask for; beyond it the call fails at once, with the delay in the error.
    public var maximumServerDelay: Duration

    /// Makes a policy.
    public init(
        attempts: Int = 4,
        baseDelay: Duration = .milliseconds(500),
        maximumDelay: Duration = .seconds(8),
        maximumServerDelay: Duration = .seconds(120)
    ) {
        self.attempts = attempts
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
        self.maximumServerDelay = maximumServerDelay
    }
}

/// The attempts at one request so far, as a value: failures in, next step out.
package struct RetrySequence: Sendable {
    /// What to do after a failure.
    package enum Step: Sendable, Hashable {
        case wait(Duration)
        case giveUp
    }

    private let policy: RetryPolicy
    private var failures = 0

    package init(_ policy: RetryPolicy) {
        self.policy = policy
    }

    /// The step after one more failure that is worth a repetition.
    ///
    /// - Parameters:
    ///   - serverDelay: How long the server asked to wait.
    ///   - remaining: The time until the deadline, if there is one.
    ///   - random: A number in 0 ..< 1.
    /// - Returns: How long to wait before the next attempt, or that there is none.
    package mutating func step(serverDelay: Duration?, remaining: Duration?, random: Double) -> Step {
        failures += 1
        guard failures < policy.attempts else { return .giveUp }
        let delay: Duration
        if let serverDelay {
            guard serverDelay <= policy.maximumServerDelay else { return .giveUp }
            // A little later than asked, so that clients who were told the same do not come back together.
            delay = serverDelay + policy.baseDelay * random
        } else {
            let ceiling = min(policy.baseDelay * (1 << min(failures - 1, 20)), policy.maximumDelay)
            delay = ceiling * random
        }
        if let remaining, delay >= remaining { return .giveUp }
        return .wait(delay)
    }
}
