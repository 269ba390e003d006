internal import UnixSignals

/// The operator's requests, as they come by signal.
///
/// `SIGINT` and `SIGTERM` stop. `SIGHUP` stops a service that hangs on a terminal, since that is gone then; without a
/// terminal it asks to read settings again, as service managers use it.
package struct OperatorRequests: AsyncSequence, Sendable {
    package typealias Element = Supervisor.Request
    package typealias Failure = Never

    private let signals: UnixSignalsSequence
    private let hasTerminal: Bool

    /// Takes over the signals; from here on they no longer end this process by themselves.
    package init(hasTerminal: Bool) async {
        signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        self.hasTerminal = hasTerminal
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var signals: UnixSignalsSequence.AsyncIterator
        fileprivate let hasTerminal: Bool

        package mutating func next() async -> Supervisor.Request? {
            guard let signal = await signals.next() else { return nil }
            return signal == .sighup && !hasTerminal ? .reload : .stop
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(signals: signals.makeAsyncIterator(), hasTerminal: hasTerminal)
    }
}
