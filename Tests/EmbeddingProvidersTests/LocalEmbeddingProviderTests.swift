import EmbeddingProviders
import Foundation
import MemoryModel
import Synchronization
import Testing

struct LocalEmbeddingProviderTests {
    private struct EncoderFault: Error {}

    private let profile = EmbeddingProfile(
        provider: "local",
        model: "test",
        dimensions: 2,
        documentPrefix: "d:",
        queryPrefix: "q:"
    )

    private func provider(
        queries: Int = 1,
        bulk: Int = 2,
        encode: @escaping @Sendable ([String]) throws -> [(vector: [Float], tokenCount: Int, truncated: Bool)]
    ) -> LocalEmbeddingProvider {
        LocalEmbeddingProvider(profile: profile, threads: .init(queries: queries, bulk: bulk), encode: encode)
    }

    private static func vector(_ text: String) -> (vector: [Float], tokenCount: Int, truncated: Bool) {
        ([Float(text.utf8.count), 1], text.utf8.count, text.utf8.count > 8)
    }

    @Test func slicesComeBackInTheOrderOfTheTexts() async throws {
        let provider = provider { $0.map(Self.vector) }
        let texts = (0..<100).map { String(repeating: "x", count: $0 % 13) }
        let result = try await provider.embed(texts, purpose: .document, deadline: nil)
        #expect(result.vectors.count == 100)
        for (text, (vector, truncated)) in zip(texts, zip(result.vectors, result.truncated)) {
            let length = Double(text.utf8.count + 2)
            #expect(vector[0] == Float(length / (length * length + 1).squareRoot()))
            #expect(truncated == (length > 8))
        }
        #expect(result.tokens == texts.reduce(0) { $0 + $1.utf8.count + 2 })
        #expect(try await provider.embed([], purpose: .query, deadline: nil).vectors.isEmpty)
    }

    @Test func prefixesGoByPurpose() async throws {
        let seen = Mutex<[String]>([])
        let provider = provider { texts in
            seen.withLock { $0 += texts }
            return texts.map(Self.vector)
        }
        _ = try await provider.embed(["a"], purpose: .query, deadline: nil)
        _ = try await provider.embed(["a"], purpose: .document, deadline: nil)
        #expect(seen.withLock { $0 } == ["q:a", "d:a"])
    }

    @Test func queriesGoOnWhileStoredTextsHoldTheirThreads() async throws {
        let gate = DispatchSemaphore(value: 0)
        let provider = provider(queries: 1, bulk: 2) { texts in
            if texts.contains(where: { $0.hasPrefix("d:") }) { gate.wait() }
            return texts.map(Self.vector)
        }
        async let bulk = provider.embed((0..<80).map { "text \($0)" }, purpose: .document, deadline: nil)
        for _ in 0..<20 {
            #expect(try await provider.embed(["question"], purpose: .query, deadline: nil).vectors.count == 1)
        }
        for _ in 0..<5 { gate.signal() }
        #expect(try await bulk.vectors.count == 80)
    }

    @Test func queriesOvertakeWaitingStoredTexts() async {
        let lanes = EncodingLanes(queryThreads: 0, bulkThreads: 1)
        let gate = DispatchSemaphore(value: 0)
        let order = Mutex<[String]>([])
        let (finished, signal) = AsyncStream.makeStream(of: Void.self)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let isHeld = lanes.submit(to: .bulk) {
            start.yield()
            gate.wait()
        }
        #expect(isHeld)
        for await _ in started { break }
        for name in ["b1", "b2", "q1", "b3", "q2"] {
            let lane = name.hasPrefix("q") ? EncodingLanes.Lane.query : .bulk
            let isTaken = lanes.submit(to: lane) {
                let count = order.withLock { order in
                    order.append(name)
                    return order.count
                }
                if count == 5 { signal.yield() }
            }
            #expect(isTaken)
        }
        gate.signal()
        for await _ in finished { break }
        #expect(order.withLock { $0 } == ["q1", "q2", "b1", "b2", "b3"])
        lanes.stop()
        #expect(!lanes.submit(to: .query) {})
    }

    @Test func deadlineAndCancellationEndTheWait() async throws {
        let gate = DispatchSemaphore(value: 0)
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let provider = provider(queries: 0, bulk: 1) { texts in
            signal.yield()
            gate.wait()
            return texts.map(Self.vector)
        }
        let late = await #expect(throws: EmbeddingError.self) {
            try await provider.embed(["a"], purpose: .document, deadline: .now + .milliseconds(20))
        }
        #expect(late?.code == .deadlineExceeded)
        let task = Task { try await provider.embed(["b"], purpose: .document, deadline: nil) }
        for await _ in started { break }
        task.cancel()
        let error = await #expect(throws: EmbeddingError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        gate.signal()
        gate.signal()
    }

    @Test func faultsOfTheEncoderAreFailures() async throws {
        let broken = provider { _ in throw EncoderFault() }
        let error = await #expect(throws: EmbeddingError.self) {
            try await broken.embed(["canary"], purpose: .query, deadline: nil)
        }
        #expect(error?.code == .unavailable)
        let wrong = provider { $0.map { _ in ([.nan, 1], 1, false) } }
        let fault = await #expect(throws: EmbeddingError.self) {
            try await wrong.embed(["canary"], purpose: .query, deadline: nil)
        }
        #expect(fault?.code == .invalidAnswer)
        #expect(fault?.description.contains("canary") == false)
    }
}
