internal import Foundation
internal import VectorSearch

/// What `mneme bench engine` does for each line: builds one index, and searches it on the calling thread.
struct BenchEngine {
    /// The values that a measuring program sweeps: shares to find, and candidates to keep (`ef`).
    static let parameters = [
        0.5, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.985, 0.99, 0.993, 0.995, 0.997, 0.999, 10, 16, 32, 64, 128, 256,
    ]

    private var index: VectorIndex?
    private var rowCount = 0

    mutating func answer(_ request: BenchRequest) throws -> BenchReply {
        switch request.cmd {
        case .hello:
            return BenchReply(name: "mneme", params: Self.parameters, filter: true)
        case .build:
            return try build(
                base: Self.required(request.base, "base"),
                threads: request.threads ?? 1,
                isSized: request.size ?? true
            )
        case .search:
            return try search(request)
        }
    }

    private static func required<Value>(_ value: Value?, _ field: String) throws -> Value {
        guard let value else { throw BenchFailure("the field \(field) is missing") }
        return value
    }
}

// MARK: - Building

extension BenchEngine {
    /// Inserts every row under its number as key, and builds the graph.
    private mutating func build(base path: String, threads: Int, isSized: Bool) throws -> BenchReply {
        index = nil
        let base = try BenchArray(contentsOf: path)
        guard base.rowCount > 0 else { throw BenchFailure("\(path): it has no rows") }
        let built = try VectorIndex(VectorIndexConfiguration(dimension: base.rowLength))

        let memory = try BenchProcess.residentBytes()
        let stopwatch = BenchStopwatch()
        for start in stride(from: 0, to: base.rowCount, by: 256) {
            let rows = start..<min(base.rowCount, start + 256)
            try built.insert(rows.map { VectorEntry(key: UInt64($0), vector: try base.vector($0)) })
        }
        try built.buildGraph(threads: threads)
        var reply = BenchReply(s: stopwatch.seconds, cpuSeconds: stopwatch.cpuSeconds)
        reply.rss = try BenchProcess.residentBytes() - memory

        if isSized { reply.size = try Self.serialisedSize(of: built) }
        index = built
        rowCount = base.rowCount
        return reply
    }

    /// Bytes that a snapshot of the index takes.
    private static func serialisedSize(of index: VectorIndex) throws -> UInt64 {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mneme-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try BenchVectorSnapshot.save(index, to: folder.path)
    }
}

// MARK: - Searching

extension BenchEngine {
    private func search(_ request: BenchRequest) throws -> BenchReply {
        guard let index else { throw BenchFailure("nothing is built yet") }
        let path = try Self.required(request.query, "query")
        let out = try Self.required(request.out, "out")
        let k = try Self.required(request.k, "k")
        let queries = try BenchArray(contentsOf: path)
        let count = request.nq ?? queries.rowCount
        guard (1...max(1, queries.rowCount)).contains(count), queries.rowCount > 0 else {
            throw BenchFailure("nq is \(count), \(path) has \(queries.rowCount) rows")
        }
        let vectors = try (0..<count).map(queries.vector)
        let filter = try request.mask.map(filter)

        for vector in vectors.prefix(64) {
            _ = try Self.search(index, vector, k: k, p: request.p, filter: filter)
        }
        var found: [[Match]] = []
        found.reserveCapacity(count)
        let stopwatch = BenchStopwatch()
        for vector in vectors {
            found.append(try Self.search(index, vector, k: k, p: request.p, filter: filter))
        }
        var reply = BenchReply(s: stopwatch.seconds, cpuSeconds: stopwatch.cpuSeconds)
        reply.nq = count

        let ids = found.flatMap { matches in
            matches.map { Int32(truncatingIfNeeded: $0.key) } + Array(repeating: -1, count: k - matches.count)
        }
        try BenchArray(rows: count, ids: ids).write(to: out)
        return reply
    }

    /// One search, by a share to find or by candidates to keep.
    private static func search(
        _ index: VectorIndex,
        _ vector: [Float],
        k: Int,
        p: Double?,
        filter: KeyFilter?
    ) throws -> [Match] {
        guard let p, p < 1 else {
            return try index.search(vector, k: k, ef: p.map { Int($0) }, filter: filter)
        }
        return try index.search(vector, k: k, recallTarget: p, filter: filter)
    }

    /// The rows that a mask allows: one byte a row, 0 or 1.
    private func filter(_ path: String) throws -> KeyFilter {
        let mask = try BenchArray(contentsOf: path)
        guard mask.element == .unsigned8, mask.rowLength == 1, mask.rowCount == rowCount else {
            throw BenchFailure("\(path): a mask is one uint8 for each of the \(rowCount) rows")
        }
        return .keys(try (0..<rowCount).filter { try mask.vector($0) != [0] }.map { UInt64($0) })
    }
}
