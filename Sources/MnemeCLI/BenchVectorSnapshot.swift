internal import Foundation
internal import VectorSearch

/// How long an index's snapshot takes to write and to read, its files in the system's cache.
struct BenchVectorSnapshot: Encodable {
    private static let loads = 7

    let bytesPerVector: Int
    let saveMilliseconds: Double
    /// The median of several.
    let loadMilliseconds: Double
    let loadCpuMilliseconds: Double

    init(of index: VectorIndex) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mneme-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let saving = BenchStopwatch()
        bytesPerVector = Int(try Self.save(index, to: folder.path)) / max(1, index.vectorCount)
        saveMilliseconds = saving.seconds * 1000

        var walls: [Double] = []
        var cpus: [Double] = []
        for _ in 0..<Self.loads {
            let loading = BenchStopwatch()
            let loaded = try VectorIndex.load(from: SnapshotReader(directory: folder.path), index.configuration)
            walls.append(loading.seconds * 1000)
            cpus.append(loading.cpuSeconds * 1000)
            if let refusal = loaded.graphRefusal { throw BenchFailure("the snapshot's graph was refused: \(refusal)") }
            guard loaded.index.count == index.count else { throw BenchFailure("the snapshot lacks vectors") }
        }
        loadMilliseconds = walls.sorted()[Self.loads / 2]
        loadCpuMilliseconds = cpus.sorted()[Self.loads / 2]
    }

    /// Writes a snapshot and returns the bytes of its segments.
    static func save(_ index: VectorIndex, to folder: String) throws -> UInt64 {
        let identity = SnapshotIdentity(owner: [], profile: "bench", generation: 0, epoch: "bench", seq: 0)
        let writer = try SnapshotWriter(directory: folder, identity: identity)
        try index.save(to: writer)
        try writer.commit()
        return try SnapshotReader(directory: folder).segments.reduce(0) { $0 + $1.byteCount }
    }
}
