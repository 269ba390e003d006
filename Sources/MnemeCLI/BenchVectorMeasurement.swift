internal import Dispatch
internal import Foundation
internal import Synchronization
internal import VectorSearch

/// What an index compares on the way.
enum BenchVectorForm: String, Encodable {
    case int8
    case int4
    case none
    case exact

    var codes: VectorCodes {
        switch self {
        case .int8: .int8
        case .int4: .int4
        case .none, .exact: .none
        }
    }
}

/// One form of the index, built over a set, and what was measured of it.
struct BenchVectorMeasurement {
    /// A place of the curve: what was asked for, what came back, and each run's searches a second of processor time.
    struct Point {
        let target: Double
        var recall = 0.0
        var rates: [Double] = []
        var rate: Double { rates.sorted()[rates.count / 2] }
    }

    /// Milliseconds a search or an insert took.
    struct Latency: Encodable {
        let p50: Double
        let p99: Double

        init(_ milliseconds: [Double]) {
            let sorted = milliseconds.sorted()
            p50 = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
            p99 = sorted.isEmpty ? 0 : sorted[sorted.count * 99 / 100]
        }
    }

    static let targets = [0.5, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999]

    let form: BenchVectorForm
    let index: VectorIndex
    let buildSeconds: Double
    let buildCpuSeconds: Double
    /// Bytes that graph and codes added, for each vector.
    let bytesPerVector: Int
    private(set) var points: [Point]
    private(set) var ratioOfTwoThreads: Double?
    private(set) var quietSearch: Latency?
    private(set) var searchWhileInserting: Latency?
    private(set) var insert: Latency?
    private(set) var snapshot: BenchVectorSnapshot?

    init(_ form: BenchVectorForm, _ set: BenchVectorSet, threads: Int) throws {
        self.form = form
        index = try VectorIndex(VectorIndexConfiguration(dimension: set.dimension, codes: form.codes))
        try BenchVectorSet.insert(set.vectors, into: index)
        let memory = try BenchProcess.residentBytes()
        let stopwatch = BenchStopwatch()
        if form != .exact { try index.buildGraph(threads: threads) }
        buildSeconds = stopwatch.seconds
        buildCpuSeconds = stopwatch.cpuSeconds
        bytesPerVector = max(0, try BenchProcess.residentBytes() - memory) / set.vectors.count
        points = form == .exact ? [Point(target: 0.999)] : Self.targets.map { Point(target: $0) }
    }

    /// One run of every point, one query after another on this thread.
    mutating func sweep(_ set: BenchVectorSet) throws {
        for place in points.indices {
            let target = points[place].target
            for query in set.queries.prefix(64) {
                _ = try index.search(query, k: BenchVectorSet.neighbours, recallTarget: target)
            }
            var found: [[Match]] = []
            found.reserveCapacity(set.queries.count)
            let stopwatch = BenchStopwatch()
            for query in set.queries {
                found.append(try index.search(query, k: BenchVectorSet.neighbours, recallTarget: target))
            }
            points[place].rates.append(stopwatch.rate(of: found.count).cpu)
            let hits = zip(found, set.truth).reduce(0) { sum, pair in sum + pair.0.count { pair.1.contains($0.key) } }
            points[place].recall = Double(hits) / Double(set.queries.count * BenchVectorSet.neighbours)
        }
    }

    /// Searches a second at a recall, drawn log-linear between the points about it; nil where none is so good.
    func rate(at recall: Double) -> Double? {
        let sorted = points.sorted { $0.recall < $1.recall }
        let front = sorted.enumerated().filter { place, point in
            sorted[(place + 1)...].allSatisfy { $0.rate < point.rate }
        }.map(\.element)
        guard let first = front.first, let last = front.last, last.recall >= recall else { return nil }
        if first.recall >= recall { return first.rate }
        for (low, high) in zip(front, front.dropFirst()) where low.recall < recall && recall <= high.recall {
            let part = (recall - low.recall) / (high.recall - low.recall)
            return low.rate * pow(high.rate / low.rate, part)
        }
        return nil
    }

    /// Writes and reads the index's snapshot.
    mutating func measureSnapshot() throws { snapshot = try BenchVectorSnapshot(of: index) }

    /// Two threads against one, and latencies without and with another thread that inserts; the index grows by that.
    mutating func measureUnderLoad(_ set: BenchVectorSet) throws {
        let one = try rateByWall(set, threads: 1)
        ratioOfTwoThreads = try rateByWall(set, threads: 2) / one
        quietSearch = Latency(try latencies(set))
        let inserting = Inserting(index, set)
        let group = DispatchGroup()
        DispatchQueue.global().async(group: group) { inserting.run() }
        searchWhileInserting = Latency(try latencies(set))
        inserting.end()
        group.wait()
        insert = Latency(inserting.milliseconds)
    }

    private func latencies(_ set: BenchVectorSet) throws -> [Double] {
        try (0..<4).flatMap { _ in
            try set.queries.map { query in
                let stopwatch = BenchStopwatch()
                _ = try index.search(query, k: BenchVectorSet.neighbours, recallTarget: 0.95)
                return stopwatch.seconds * 1000
            }
        }
    }

    private func rateByWall(_ set: BenchVectorSet, threads: Int) throws -> Double {
        let rounds = 10
        let index = index
        let stopwatch = BenchStopwatch()
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            for _ in 0..<rounds {
                for query in set.queries {
                    _ = try? index.search(query, k: BenchVectorSet.neighbours, recallTarget: 0.95)
                }
            }
        }
        return Double(threads * rounds * set.queries.count) / stopwatch.seconds
    }
}

/// Inserts vectors of a set under new keys, one after another, until it is told to end.
private final class Inserting: Sendable {
    private let index: VectorIndex
    private let set: BenchVectorSet
    private let ended = Atomic(false)
    private let took = Mutex<[Double]>([])

    init(_ index: VectorIndex, _ set: BenchVectorSet) {
        self.index = index
        self.set = set
    }

    var milliseconds: [Double] { took.withLock { $0 } }

    func end() { ended.store(true, ordering: .relaxed) }

    func run() {
        var place = 0
        while !ended.load(ordering: .relaxed) {
            let vector = set.vectors[place % set.vectors.count]
            let stopwatch = BenchStopwatch()
            try? index.insert(vector, key: UInt64(set.vectors.count + place))
            let milliseconds = stopwatch.seconds * 1000
            took.withLock { $0.append(milliseconds) }
            place += 1
        }
    }
}
