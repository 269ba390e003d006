/// What a supervisor starts, as far as its decisions need to know.
package struct SupervisedMember: Sendable, Hashable {
    /// Whether a member runs for ever or to its end.
    package enum Kind: Sendable, Hashable {
        /// Runs until it is stopped; any other end is a crash.
        case service
        /// Runs once, to its end; what comes later waits for that.
        case step
    }

    /// The name that reports use.
    package let name: String

    /// Whether it runs for ever or to its end.
    package let kind: Kind

    /// Members of one stage start together, when all of the earlier stages are ready, and stop together.
    package let stage: Int

    /// The signal that asks it to stop.
    package let stopSignal: ProcessSignal

    /// The signal for a stop that cannot wait; whatever it is, `SIGKILL` follows.
    package let urgentSignal: ProcessSignal

    /// How long it may take to stop.
    package let stopPatience: Duration

    /// Whether it takes `SIGHUP` as "read your settings again".
    package let reloads: Bool

    /// Creates a member.
    package init(
        name: String,
        kind: Kind = .service,
        stage: Int,
        stopSignal: ProcessSignal = .terminate,
        urgentSignal: ProcessSignal = .kill,
        stopPatience: Duration = .seconds(15),
        reloads: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.stage = stage
        self.stopSignal = stopSignal
        self.urgentSignal = urgentSignal
        self.stopPatience = stopPatience
        self.reloads = reloads
    }
}

/// Why a member failed to start, or ended.
package struct MemberFailure: Sendable, Hashable {
    /// One line for the operator.
    package let message: String

    /// Whether trying again is of no use, as with a wrong setting.
    package let isFinal: Bool

    /// Creates a failure.
    package init(message: String, isFinal: Bool) {
        self.message = message
        self.isFinal = isFinal
    }
}

/// How a supervised run ended.
package enum SupervisionOutcome: Sendable, Hashable {
    /// It was asked to stop.
    case stopped
    /// A member failed for good.
    case failed(member: String, MemberFailure)
}

/// What a supervisor tells the operator.
package enum SupervisionReport: Sendable, Hashable {
    case starting(member: String)
    case ready(member: String)
    case completed(member: String)
    case failed(member: String, MemberFailure, restartIn: Duration)
    case keepsFailing(member: String, retryEvery: Duration)
    case stopping(member: String)
    case killing(member: String)
    case stopped(member: String)
}
