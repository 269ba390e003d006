import BenchmarkSupport

/// Adds items at a steady rate while something else is measured.
struct BackgroundWriter: Sendable {
    /// The items of one request: what a runtime that writes much would do.
    private static let batchSize = 20

    let client: ServiceClient
    let questions: Questions
    /// Items a second; 0 writes nothing.
    let rate: Double
    /// Makes the items' vectors; nil has the service embed them.
    let vectors: RandomVectors?

    /// Runs a measurement while items are added, and reports the writes' latencies; nil where nothing is written.
    func during<Value: Sendable>(
        seconds: Double,
        _ body: @Sendable () async -> Value
    ) async -> (value: Value, writes: LatencyReport?) {
        guard rate > 0 else { return (await body(), nil) }
        let size = rate >= Double(Self.batchSize) ? Self.batchSize : 1
        let perSecond = rate / Double(size)
        let load = OpenLoop(rate: perSecond, count: Int(perSecond * seconds))
        async let writes = load.run("writes of \(size) beside it") { index in
            try await client.write((0..<size).map { questions.unseen(index * size + $0) }, vectors: vectors)
        }
        let value = await body()
        return (value, await writes)
    }
}
