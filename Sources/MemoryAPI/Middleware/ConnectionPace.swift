/// How quickly a client must go on, as a value: what happened on a connection goes in, and when to close it comes out.
///
/// All deadlines are absolute, so that bytes which drip do not extend them.
package struct ConnectionPace: Sendable {
    /// The bounds.
    package struct Limits: Sendable, Hashable {
        /// From the first byte of a request, or from accepting, to the end of its header fields.
        package var header: Duration
        /// From one answer to the first byte of the next request.
        package var keepAlive: Duration
        /// From the end of the header fields to the end of the body.
        package var body: Duration
        /// How long a body may be as slow as it likes.
        package var bodyGrace: Duration
        /// After that, how many bytes a second there must have been in the mean.
        package var bodyRate: Int
        /// How long the rest of a body that nobody reads may still come in, so that the client sees its answer.
        package var lingering: Duration
        /// How long an answer may wait for the client to take some of it.
        package var answer: Duration

        /// Makes limits; the defaults suit requests of a few megabytes.
        package init(
            header: Duration = .seconds(10),
            keepAlive: Duration = .seconds(75),
            body: Duration = .seconds(25),
            bodyGrace: Duration = .seconds(5),
            bodyRate: Int = 1024,
            lingering: Duration = .seconds(2),
            answer: Duration = .seconds(30)
        ) {
            self.header = header
            self.keepAlive = keepAlive
            self.body = body
            self.bodyGrace = bodyGrace
            self.bodyRate = bodyRate
            self.lingering = lingering
            self.answer = answer
        }

        /// When a body that began then and has come so far is too slow.
        package func bodyDeadline(
            since start: ContinuousClock.Instant,
            received bytes: Int
        ) -> ContinuousClock.Instant {
            let earned = Duration.milliseconds(Int64(bytes) * 1000 / Int64(max(1, bodyRate)))
            return start + min(body, bodyGrace + earned)
        }
    }

    private enum Request {
        /// Nothing of the next request has come.
        case idle(since: ContinuousClock.Instant)
        /// Its header fields are coming.
        case head(since: ContinuousClock.Instant)
        /// Its body is coming.
        case body(since: ContinuousClock.Instant, bytes: Int)
        /// The answer is given, and the body still coming.
        case rest(since: ContinuousClock.Instant)
        /// It is all there.
        case complete
    }

    private let limits: Limits
    private var request: Request
    /// Parts of the answer that the client has not taken, and when it last took one.
    private var waitingParts = 0
    private var lastTaken: ContinuousClock.Instant
    private var isAnswered = false

    /// Begins with a connection that was accepted just now: its first request is awaited at once.
    package init(_ limits: Limits, at now: ContinuousClock.Instant) {
        self.limits = limits
        request = .head(since: now)
        lastTaken = now
    }

    /// When to close the connection if nothing happens until then; nil where it is not the client who is awaited.
    package var deadline: ContinuousClock.Instant? {
        let forRequest: ContinuousClock.Instant? =
            switch request {
            case .idle(let start): start + limits.keepAlive
            case .head(let start): start + limits.header
            // A little later than the reader of the body gives up, so that its answer can go out.
            case .body(let start, let bytes): limits.bodyDeadline(since: start, received: bytes) + limits.lingering
            case .rest(let start): start + limits.lingering
            case .complete: nil
            }
        let forAnswer = waitingParts > 0 ? lastTaken + limits.answer : nil
        return [forRequest, forAnswer].compactMap(\.self).min()
    }

    /// Bytes came in, of whatever.
    package mutating func received(at now: ContinuousClock.Instant) {
        if case .idle = request { request = .head(since: now) }
    }

    /// The header fields of a request are complete.
    package mutating func receivedHead(at now: ContinuousClock.Instant) {
        isAnswered = false
        request = .body(since: now, bytes: 0)
    }

    /// Some of a body came.
    package mutating func receivedBody(_ count: Int) {
        if case .body(let start, let bytes) = request { request = .body(since: start, bytes: bytes + count) }
    }

    /// A request is complete.
    package mutating func receivedEnd(at now: ContinuousClock.Instant) {
        request = isAnswered ? .idle(since: now) : .complete
    }

    /// A part of an answer was handed over to be sent.
    package mutating func wrote(at now: ContinuousClock.Instant) {
        if waitingParts == 0 { lastTaken = now }
        waitingParts += 1
    }

    /// The client took a part of an answer; `isLast` where that was all of it.
    package mutating func sent(isLast: Bool, at now: ContinuousClock.Instant) {
        waitingParts -= 1
        lastTaken = now
        guard isLast else { return }
        isAnswered = true
        switch request {
        case .complete: request = .idle(since: now)
        case .body: request = .rest(since: now)
        case .idle, .head, .rest: break
        }
    }
}
