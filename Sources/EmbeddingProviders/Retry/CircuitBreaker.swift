/// Spares a provider that is down, and its callers: after several failures in a row calls are refused for a while, then one is let
/// through to try.
///
/// A value: events in, decision out; times are the caller's.
package struct CircuitBreaker: Sendable {
    /// Whether a call may be made.
    package enum Admission: Sendable, Hashable {
        case go
        /// Not now; the next try makes sense after the duration.
        case refuse(Duration)
    }

    /// What a call tells about the provider.
    package enum Health: Sendable, Hashable {
        /// It answered, if only to say no.
        case answered
        /// It did not answer, or answered that it is down.
        case down
        /// Nothing, such as a call that was cancelled.
        case unknown
    }

    private enum State {
        case closed(failures: Int)
        case open(until: ContinuousClock.Instant)
        /// One call is on its way to find out.
        case trying
    }

    private let threshold: Int
    private let firstPause: Duration
    private let longestPause: Duration
    private var pause: Duration
    private var state = State.closed(failures: 0)

    /// Makes a closed breaker that opens after `threshold` failures in a row; the pause doubles with each try that fails.
    package init(threshold: Int = 5, firstPause: Duration = .seconds(5), longestPause: Duration = .seconds(60)) {
        self.threshold = threshold
        self.firstPause = firstPause
        self.longestPause = longestPause
        pause = firstPause
    }

    /// Asks for a call; `go` must be followed by exactly one `record…`.
    package mutating func admit(at now: ContinuousClock.Instant) -> Admission {
        switch state {
        case .closed:
            return .go
        case .open(let until) where now >= until:
            state = .trying
            return .go
        case .open(let until):
            return .refuse(until - now)
        case .trying:
            return .refuse(firstPause)
        }
    }

    /// Takes in what a call told.
    package mutating func record(_ health: Health, at now: ContinuousClock.Instant) {
        switch health {
        case .answered: recordAnswer()
        case .down: recordFailure(at: now)
        case .unknown: recordNothing(at: now)
        }
    }

    /// The provider answered, if only to say no.
    package mutating func recordAnswer() {
        state = .closed(failures: 0)
        pause = firstPause
    }

    /// The provider did not answer, or answered that it is down.
    package mutating func recordFailure(at now: ContinuousClock.Instant) {
        switch state {
        case .closed(let failures) where failures + 1 < threshold:
            state = .closed(failures: failures + 1)
        case .closed:
            state = .open(until: now + pause)
        case .trying:
            pause = min(pause * 2, longestPause)
            state = .open(until: now + pause)
        case .open:
            // A call from before the opening came back.
            break
        }
    }

    /// The call ended without telling anything about the provider, such as by cancellation.
    package mutating func recordNothing(at now: ContinuousClock.Instant) {
        if case .trying = state { state = .open(until: now) }
    }
}
