import Testing
import VectorSearch

struct SnapshotTests {
    @Test func segmentsComeBackAsTheyWereWritten() throws {
        let folder = MemoryFolder()
        let writer = try SnapshotWriter(folder, identity: .sample)
        let long = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try writer.write(segment: "long", contentVersion: 7) { sink throws(VectorSearchError) in
            try sink.append(UInt16(0x0201))
            try sink.append(long)
            try sink.append([9])
            #expect(sink.byteCount == 3_000_003)
        }
        try writer.write(segment: "empty", contentVersion: 1) { _ in }
        try writer.commit()
        let reader = try SnapshotReader(folder)
        #expect(reader.identity == .sample)
        #expect(reader.segments.map(\.name) == ["long", "empty"])
        #expect(reader.segments.map(\.byteCount) == [3_000_003, 0])
        #expect(reader.segments.map(\.contentVersion) == [7, 1])
        #expect(try reader.read(segment: "long") == [1, 2] + long + [9])
        #expect(try reader.read(segment: "empty", contentVersion: 1) == [])
        expect(.snapshotUnsupported) { _ = try reader.read(segment: "empty", contentVersion: 2) }
        expect(.snapshotMissing) { _ = try reader.read(segment: "other") }
    }

    @Test func namesAndIdentitiesOutsideTheirRangeAreRefused() throws {
        let writer = try SnapshotWriter(MemoryFolder(), identity: .sample)
        try writer.write(segment: "a", contentVersion: 1) { _ in }
        for name in ["", "a", "A", "../x", "a.b", "ü", String(repeating: "x", count: 65)] {
            expect(.invalidArgument) { try writer.write(segment: name, contentVersion: 1) { _ in } }
        }
        var identity = SnapshotIdentity.sample
        identity.owner = [UInt8](repeating: 0, count: 257)
        expect(.invalidArgument) { _ = try SnapshotWriter(MemoryFolder(), identity: identity) }
    }

    @Test func aSnapshotOfSomethingElseIsForeign() throws {
        let folder = MemoryFolder()
        try SnapshotWriter(folder, identity: .sample).commit()
        let reader = try SnapshotReader(folder)
        var expected = SnapshotIdentity.sample
        expected.seq = 0
        try reader.require(expected)
        expected.epoch = "other"
        expect(.snapshotForeign) { try reader.require(expected) }
        expected = .sample
        expected.generation += 1
        expect(.snapshotForeign) { try reader.require(expected) }
    }

    @Test func aWriterThatFailsAnywhereLeavesTheOldSnapshotOrTheNew() throws {
        func write(_ folder: MemoryFolder, _ value: UInt8) throws {
            let writer = try SnapshotWriter(folder, identity: .sample)
            try writer.write(segment: "a", contentVersion: 1) { sink throws(VectorSearchError) in
                try sink.append([value])
            }
            try writer.write(segment: "b", contentVersion: 1) { sink throws(VectorSearchError) in
                try sink.append([value])
            }
            try writer.commit()
        }
        let folder = MemoryFolder()
        try write(folder, 0)
        var value: UInt8 = 0
        var failures = 0
        for operations in 0..<40 {
            folder.fail(after: operations)
            do { try write(folder, value + 1) } catch { failures += 1 }
            folder.fail(after: nil)
            let reader = try SnapshotReader(folder)
            let a = try reader.read(segment: "a")
            #expect(try reader.read(segment: "b") == a)
            #expect(a == [value] || a == [value + 1])
            value = a[0]
        }
        #expect(failures > 10 && failures < 40)
        try write(folder, 200)
        #expect(folder.files.count == 3, "what failed writers left is removed")
    }

    @Test func filesOnDiskAreWrittenReadAndSetAside() throws {
        let path = "/tmp/mneme-snapshot-test-\(UInt64.random(in: .min ... .max))"
        expect(.snapshotMissing) { _ = try SnapshotReader(directory: path) }
        let sample = SampleVectors(count: 200, queries: 5, dimension: 8, seed: 31)
        let configuration = VectorIndexConfiguration(dimension: 8)
        let index = try VectorIndex(configuration)
        try index.insert(sample.entries)
        try index.buildGraph()
        for _ in 0..<2 {
            let writer = try SnapshotWriter(directory: path, identity: .sample)
            try index.save(to: writer)
            try writer.commit()
        }
        let reader = try SnapshotReader(directory: path)
        #expect(reader.segments.map(\.name) == VectorIndex.segmentNames)
        let loaded = try VectorIndex.load(from: reader, configuration)
        #expect(loaded.graphRefusal == nil)
        for query in sample.queries {
            #expect(try loaded.index.search(query, k: 10) == index.search(query, k: 10))
        }
        try reader.setAside(segment: "graph")
        #expect(try VectorIndex.load(from: reader, configuration).graphRefusal?.code == .snapshotMissing)
        try reader.setAside(segment: "vectors")
        expect(.snapshotMissing) { _ = try VectorIndex.load(from: reader, configuration) }
        try FolderCleaner.remove(path)
    }

    @Test func aLoadedIndexGoesOnAsTheOneThatWasSaved() throws {
        let sample = SampleVectors(count: 900, queries: 10, dimension: 8, seed: 32)
        let configuration = VectorIndexConfiguration(dimension: 8, metric: .innerProduct)
        let index = try VectorIndex(configuration)
        try index.insert(
            sample.entries.prefix(600).map { VectorEntry(key: $0.key / 2, part: UInt8($0.key % 2), vector: $0.vector) }
        )
        try index.buildGraph()
        index.remove(keys: 0..<50)
        let folder = MemoryFolder()
        let writer = try SnapshotWriter(folder, identity: .sample)
        try index.save(to: writer)
        try writer.commit()
        let loaded = try VectorIndex.load(from: SnapshotReader(folder), configuration).index
        for index in [index, loaded] {
            try index.insert(Array(sample.entries[600...]))
            index.remove(keys: 100..<120)
            #expect(index.checkInvariants().violations.isEmpty)
        }
        #expect(loaded.count == index.count && loaded.vectorCount == index.vectorCount)
        for query in sample.queries {
            #expect(try loaded.search(query, k: 10, route: .graph) == index.search(query, k: 10, route: .graph))
        }
    }

    @Test func whatABuildMeasuredComesBackWithTheGraph() throws {
        let sample = SampleVectors(count: 1_200, queries: 5, dimension: 24, seed: 34)
        let configuration = VectorIndexConfiguration(dimension: 24)
        let index = try VectorIndex(configuration)
        try index.insert(sample.entries)
        try index.buildGraph()
        let measured = try #require(index.calibration)
        #expect(measured.vectorCount == 1_200 && measured != .standard)
        let folder = MemoryFolder()
        let writer = try SnapshotWriter(folder, identity: .sample)
        try index.save(to: writer)
        try writer.commit()
        let loaded = try VectorIndex.load(from: SnapshotReader(folder), configuration).index
        #expect(loaded.calibration == measured && !loaded.isOutgrown)
        for query in sample.queries {
            #expect(
                try loaded.search(query, k: 10, recallTarget: 0.9) == index.search(query, k: 10, recallTarget: 0.9)
            )
        }
    }

    @Test func parametersThatDifferAreForeign() throws {
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 4))
        try index.insert(SampleVectors(count: 50, dimension: 4, seed: 33).entries)
        try index.buildGraph()
        let folder = MemoryFolder()
        let writer = try SnapshotWriter(folder, identity: .sample)
        try index.save(to: writer)
        try writer.commit()
        let reader = try SnapshotReader(folder)
        expect(.snapshotForeign) { _ = try VectorIndex.load(from: reader, VectorIndexConfiguration(dimension: 5)) }
        expect(.snapshotForeign) {
            _ = try VectorIndex.load(from: reader, VectorIndexConfiguration(dimension: 4, metric: .euclidean))
        }
        let links = VectorIndexConfiguration(dimension: 4, graph: GraphParameters(maximumLinks: 8))
        #expect(try VectorIndex.load(from: reader, links).graphRefusal?.code == .snapshotForeign)
    }
}
