import Synchronization

/// One round trip: what to send, by when, and whom to tell.
package final class Exchange: Sendable {
    package enum Request: Sendable {
        /// Statements with their parameters and one sync.
        case pipeline([PostgresQuery])
        /// Several statements in one text, without parameters.
        case script(String)
    }

    /// Why an exchange is given up before its end.
    package enum StopReason: UInt8, Sendable {
        case cancelled = 1
        case deadlineExceeded

        package var error: PostgresError {
            switch self {
            case .cancelled: PostgresError(.cancelled, "the task was cancelled")
            case .deadlineExceeded: PostgresError(.deadlineExceeded, "the deadline passed")
            }
        }
    }

    package let request: Request
    package let deadline: ContinuousClock.Instant?
    package let ticket: ExchangeTicket
    /// Refused where no transaction is open: its BEGIN did not happen, and alone it would commit by itself.
    package let needsTransaction: Bool
    private let completion: @Sendable (ExchangeOutcome) -> Void

    package init(
        _ request: Request,
        deadline: ContinuousClock.Instant?,
        ticket: ExchangeTicket = ExchangeTicket(),
        needsTransaction: Bool = false,
        completion: @escaping @Sendable (ExchangeOutcome) -> Void
    ) {
        self.request = request
        self.deadline = deadline
        self.ticket = ticket
        self.needsTransaction = needsTransaction
        self.completion = completion
    }

    /// Tells the outcome, exactly once.
    package func complete(_ outcome: ExchangeOutcome) {
        completion(outcome)
    }
}

/// Names an exchange before it is submitted, so that a cancellation that comes first is not lost.
package final class ExchangeTicket: Sendable {
    private let cancelled = Atomic<Bool>(false)

    package init() {}

    package var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    package func cancel() {
        cancelled.store(true, ordering: .releasing)
    }
}

/// What came of an exchange.
package struct ExchangeOutcome: Sendable {
    /// The answers to the statements that succeeded, in order, up to the first failure.
    package var rows: [PostgresRows] = []
    /// The first failure.
    package var failure: PostgresError?
    /// Where the connection stands now.
    package var status: TransactionStatus = .unknown
    /// Whether anything was sent: if not, the server has done nothing.
    package var wasSent = false

    package init() {}

    package init(refused failure: PostgresError, status: TransactionStatus) {
        self.failure = failure
        self.status = status
    }
}
