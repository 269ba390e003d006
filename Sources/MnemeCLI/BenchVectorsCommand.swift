internal import ArgumentParser
internal import Foundation
internal import VectorSearch

/// `mneme bench vectors`: the vector index by itself, and beside other engines where a Python that has them is named.
struct BenchVectorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectors",
        abstract: "Measure the vector index: speed at recall, build, memory, threads, latency while vectors come in.",
        discussion: """
            MNEME_BENCH_PYTHON names a Python with other engines, and MNEME_BENCH_PEERS the measuring program that speaks \
            the protocol of docs/benchmarks.md (default: ../shared/bench/bench.py); without them Mneme is measured alone.
            """
    )

    @Option(help: "Files PREFIX.base.*.npy and PREFIX.query.*.npy, i8 or f32 (default: the sample's embeddings).")
    var data: String?

    @Option(help: "Other engines to measure beside, by the names of the measuring program.")
    var engines = "hnswlib,faiss-hnsw,faiss-hnswsq8,usearch-bf16,svs-f16,svs-i8"

    @Option(help: "Threads of the builds.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "Runs of each point; medians are shown.")
    var runs = 5

    @Option(help: "Forms to measure: int8, int4, none (float32) or exact.")
    var forms = "int8,int4,none"

    @Flag(help: "Measure beside the other engines under masks of 1, 10 and 50 %.")
    var filtered = false

    @Option(help: "A file for the figures as JSON.")
    var json: String?

    func validate() throws {
        guard (1...64).contains(threads), runs > 0 else {
            throw ValidationError("--threads is 1 to 64 and --runs is 1 or more")
        }
        for form in forms.split(separator: ",") where BenchVectorForm(rawValue: String(form)) == nil {
            throw ValidationError("--forms: \(form) is not int8, int4, none or exact")
        }
    }

    func run() throws {
        do {
            try measure()
        } catch {
            throw CommandFailure(error)
        }
    }

    private func measure() throws {
        let prefix = data ?? "data/golden/sample-embeddings/"
        let set = try BenchVectorSet(prefix: prefix, queryName: data == nil ? "queries" : "query")
        var measured: [BenchVectorMeasurement] = []
        for form in forms.split(separator: ",").compactMap({ BenchVectorForm(rawValue: String($0)) }) {
            measured.append(try BenchVectorMeasurement(form, set, threads: threads))
        }
        for _ in 0..<runs {
            for place in measured.indices { try measured[place].sweep(set) }
        }
        if let first = measured.indices.first {
            try measured[first].measureSnapshot()
            try measured[first].measureUnderLoad(set)
        }
        let report = BenchVectorReport(
            machine: BenchProcess.machine,
            vectors: set.vectors.count,
            dimension: set.dimension,
            queries: set.queries.count,
            buildThreads: threads,
            rows: measured.map { BenchVectorReport.Row($0) }
        )
        print(report.table)
        if let json { try report.write(to: json) }
        if data != nil, let peers = BenchPeers() {
            try peers.run(
                prefix: prefix,
                isInt8: set.isInt8,
                engines: engines,
                isFiltered: filtered,
                threads: threads,
                runs: runs,
                json: json
            )
        }
    }
}

/// Vectors and queries of a file each, and the true neighbours by exact search.
struct BenchVectorSet {
    static let neighbours = 10

    let vectors: [[Float]]
    let queries: [[Float]]
    let truth: [Set<UInt64>]
    let isInt8: Bool
    var dimension: Int { vectors.first?.count ?? 0 }

    init(prefix: String, queryName: String) throws {
        let separator = prefix.hasSuffix("/") ? "" : "."
        let base = "\(prefix)\(separator)base."
        isInt8 = !FileManager.default.fileExists(atPath: base + "f32.npy")
        let kind = isInt8 ? "i8.npy" : "f32.npy"
        let rows = try BenchArray(contentsOf: base + kind)
        let queryRows = try BenchArray(contentsOf: "\(prefix)\(separator)\(queryName).\(kind)")
        guard rows.rowCount > 0, rows.rowLength == queryRows.rowLength else {
            throw BenchFailure("\(prefix): the files hold no vectors, or vectors of different lengths")
        }
        vectors = try (0..<rows.rowCount).map(rows.vector)
        queries = try (0..<min(1_000, queryRows.rowCount)).map(queryRows.vector)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: rows.rowLength))
        try Self.insert(vectors, into: index)
        truth = try index.search(batch: queries, k: Self.neighbours).map { Set($0.map(\.key)) }
    }

    static func insert(_ vectors: [[Float]], into index: VectorIndex) throws {
        for start in stride(from: 0, to: vectors.count, by: 256) {
            let rows = start..<min(vectors.count, start + 256)
            try index.insert(rows.map { VectorEntry(key: UInt64($0), vector: vectors[$0]) })
        }
    }
}
