import Hummingbird
import NIOCore
import Synchronization

/// Reads a body within a size, a deadline and a pace, however slowly it drips.
struct BodyReader: Sendable {
    let limit: Int
    let deadline: ContinuousClock.Instant
    let pace: ConnectionPace.Limits

    func read(_ body: RequestBody) async throws -> [UInt8] {
        let received = Received()
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await collect(body, received) }
            group.addTask {
                try await waitUntilTooSlow(received)
                throw Problem(.requestTimeout)
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private func collect(_ body: RequestBody, _ received: Received) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var parts = body.makeAsyncIterator()
        while let buffer = try await next(&parts) {
            guard bytes.count + buffer.readableBytes <= limit else { throw Self.tooLarge(limit) }
            bytes.append(contentsOf: buffer.readableBytesView)
            received.count.store(bytes.count, ordering: .relaxed)
        }
        return bytes
    }

    /// The next part; one that cannot be read, such as a chunk without a length, is the client's fault.
    private func next(_ parts: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await parts.next()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw Problem(.malformedBody, "The body could not be read to its end.")
        }
    }

    /// Sleeps until the body is later than it may be with what has come of it by then.
    private func waitUntilTooSlow(_ received: Received) async throws {
        let start = ContinuousClock().now
        var wake = start
        repeat {
            let count = received.count.load(ordering: .relaxed)
            wake = min(deadline, pace.bodyDeadline(since: start, received: count))
            try await Task.sleep(until: wake, clock: .continuous)
            guard wake < deadline else { return }
        } while pace.bodyDeadline(since: start, received: received.count.load(ordering: .relaxed)) > wake
    }

    static func tooLarge(_ limit: Int) -> Problem {
        Problem(.bodyTooLarge, "The body of this route may have \(limit) bytes.")
    }
}

/// How much of a body has come.
private final class Received: Sendable {
    let count = Atomic(0)
}
