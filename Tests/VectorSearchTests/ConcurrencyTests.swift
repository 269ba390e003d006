import Synchronization
import Testing
import VectorSearch

/// Meant for the thread sanitizer too: searches beside inserts, removals, a build and a compaction.
struct ConcurrencyTests {
    /// What the searching and the writing tasks tell each other.
    private final class Progress: Sendable {
        let isDone = Atomic<Bool>(false)
        let searches = Atomic<Int>(0)
    }

    @Test func searchesGoOnBesideEveryKindOfWrite() async throws {
        let sample = SampleVectors(count: 2_500, queries: 40, dimension: 16, seed: 61)
        let configuration = VectorIndexConfiguration(dimension: 16, graph: GraphParameters(constructionEffort: 60))
        let index = try VectorIndex(configuration)
        // Keys from 10,000 on stay all the time, so that every search finds enough.
        try index.insert((0..<200).map { VectorEntry(key: 10_000 + $0, vector: sample.vectors[Int($0)]) })
        let progress = Progress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !progress.isDone.load(ordering: .acquiring) {
                    for query in sample.queries {
                        let found = try index.search(query, k: 10)
                        #expect(found.count == 10)
                        #expect(Set(found.map(\.key)).count == 10)
                        #expect(found.allSatisfy { $0.score.isFinite && $0.score <= 1.001 })
                        let filter = KeyFilter.keys(10_000..<10_200)
                        #expect(try index.search(query, k: 10, filter: filter).count == 10)
                        progress.searches.add(1, ordering: .relaxed)
                    }
                    await Task.yield()
                }
            }
            group.addTask {
                defer { progress.isDone.store(true, ordering: .releasing) }
                try await withThrowingTaskGroup(of: Void.self) { writers in
                    writers.addTask {
                        for entry in sample.entries {
                            try index.insert([entry])
                            if entry.key % 3 == 0 { index.remove(key: entry.key / 2) }
                            if entry.key % 5 == 0 { try index.insert(entry.vector, key: entry.key / 5) }
                        }
                    }
                    writers.addTask {
                        try index.buildGraph()
                        try index.compact()
                        let folder = MemoryFolder()
                        let writer = try SnapshotWriter(folder, identity: .sample)
                        try index.save(to: writer)
                        try writer.commit()
                        let loaded = try VectorIndex.load(from: SnapshotReader(folder), configuration)
                        #expect(loaded.graphRefusal == nil)
                        #expect(loaded.index.checkInvariants().violations.isEmpty)
                    }
                    try await writers.waitForAll()
                }
            }
            try await group.waitForAll()
        }
        #expect(progress.searches.load(ordering: .relaxed) > 0)
        #expect(index.checkInvariants().violations.isEmpty)
        #expect((0..<200).allSatisfy { index.contains(key: 10_000 + $0) })
    }
}
