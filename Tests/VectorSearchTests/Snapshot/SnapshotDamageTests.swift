import Foundation
import Testing
import VectorSearch

struct SnapshotDamageTests {
    private static let isLong = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] != nil
    /// Each seed is one damaged snapshot.
    private static let seeds = 0..<UInt64(isLong ? 5_000 : 400)
    private static let seedsOnDisk = 0..<UInt64(isLong ? 1_000 : 60)
    private static let configuration = VectorIndexConfiguration(
        dimension: 6,
        metric: .euclidean,
        graph: GraphParameters(maximumLinks: 4, constructionEffort: 30)
    )
    private let sample = SampleVectors(count: 150, queries: 4, dimension: 6, clusters: 5, seed: 41)
    private let truth: [[Match]]
    private let files: [String: [UInt8]]

    init() throws {
        let index = try VectorIndex(Self.configuration)
        try index.insert(sample.entries)
        try index.buildGraph()
        index.remove(keys: 20..<40)
        truth = try sample.queries.map { query in try index.search(query, k: 10, route: .exact) }
        let folder = MemoryFolder()
        let writer = try SnapshotWriter(folder, identity: .sample)
        try index.save(to: writer)
        try writer.commit()
        files = folder.files
    }

    @Test(arguments: seeds)
    func aDamagedFileIsRefusedOrHarmless(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var files = files
        let name = files.keys.sorted()[Int.random(in: 0..<files.count, using: &numbers)]
        let original = try #require(files[name])
        let damaged = Self.damage(original, &numbers)
        files[name] = damaged
        try check(name: name, original: original, damaged: damaged) { () throws(VectorSearchError) in
            try SnapshotReader(MemoryFolder(files: files))
        }
    }

    /// The same in files on disk, which are mapped.
    @Test(arguments: seedsOnDisk)
    func aDamagedFileThatIsMappedIsRefusedOrHarmless(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed ^ 0xD15C)
        let name = files.keys.sorted()[Int.random(in: 0..<files.count, using: &numbers)]
        let original = try #require(files[name])
        let damaged = Self.damage(original, &numbers)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mneme-damage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (file, bytes) in files {
            try Data(file == name ? damaged : bytes).write(to: folder.appendingPathComponent(file))
        }
        try check(name: name, original: original, damaged: damaged) { () throws(VectorSearchError) in
            try SnapshotReader(directory: folder.path)
        }
    }

    private func check(
        name: String,
        original: [UInt8],
        damaged: [UInt8],
        open: () throws(VectorSearchError) -> SnapshotReader
    ) throws {
        do throws(VectorSearchError) {
            let reader = try open()
            let loaded = try VectorIndex.load(from: reader, Self.configuration)
            #expect(damaged == original || (name == "graph.1.segment" && loaded.graphRefusal != nil))
            for (query, truth) in zip(sample.queries, truth) {
                let found = try loaded.index.search(query, k: 10, route: .exact)
                #expect(found == truth)
            }
        } catch {
            #expect(damaged != original)
            #expect([.snapshotDamaged, .snapshotUnsupported, .snapshotForeign, .snapshotMissing].contains(error.code))
        }
    }

    /// The same with checksums made right again: what is then accepted must be sound, whatever it holds.
    @Test(arguments: seeds)
    func contentsThatPassTheirChecksumAreStillChecked(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let reader = try SnapshotReader(MemoryFolder(files: files))
        let damagedName = VectorIndex.segmentNames[Int.random(in: 0..<2, using: &numbers)]
        let folder = MemoryFolder()
        let writer = try SnapshotWriter(folder, identity: .sample)
        for name in VectorIndex.segmentNames {
            var bytes = try reader.read(segment: name)
            if name == damagedName { bytes = Self.damage(bytes, &numbers) }
            let version = reader.segments.first { $0.name == name }?.contentVersion ?? 0
            try writer.write(segment: name, contentVersion: version) { sink throws(VectorSearchError) in
                try sink.append(bytes)
            }
        }
        try writer.commit()
        do throws(VectorSearchError) {
            let loaded = try VectorIndex.load(from: SnapshotReader(folder), Self.configuration)
            #expect(loaded.index.checkInvariants().violations.isEmpty)
            for query in sample.queries {
                for route in [SearchRoute.exact, .graph] {
                    let found = try loaded.index.search(query, k: 10, route: route)
                    #expect(found.count == min(10, loaded.index.count))
                    #expect(found.allSatisfy { $0.score.isFinite })
                }
            }
        } catch {
            #expect([.snapshotDamaged, .snapshotForeign].contains(error.code))
        }
    }

    /// One seeded change: bits turned, bytes replaced, the end cut off or moved, or an absurd number put in.
    private static func damage(_ bytes: [UInt8], _ numbers: inout SeededNumbers) -> [UInt8] {
        var bytes = bytes
        // Half of the changes go to the front, where lengths and counts are.
        let reach = Bool.random(using: &numbers) ? min(bytes.count, 200) : bytes.count
        let place = Int.random(in: 0..<reach, using: &numbers)
        switch Int.random(in: 0..<6, using: &numbers) {
        case 0:
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
        case 1:
            bytes.removeSubrange(place...)
        case 2:
            bytes.append(contentsOf: (0..<Int.random(in: 1...5_000, using: &numbers)).map { _ in 0 })
        case 3:
            for index in place..<min(bytes.count, place + 16) { bytes[index] = 0xFF }
        case 4:
            let absurd: [UInt64] = [.max, 1 << 63, 1 << 40, 1 << 32, 0xFFFF_FFFF, 1, 0]
            let value = absurd[Int.random(in: 0..<absurd.count, using: &numbers)]
            for index in 0..<8 where place / 8 * 8 + index < bytes.count {
                bytes[place / 8 * 8 + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
            }
        default:
            for index in place..<min(bytes.count, place + 64) {
                bytes[index] = UInt8.random(in: .min ... .max, using: &numbers)
            }
        }
        return bytes
    }
}
