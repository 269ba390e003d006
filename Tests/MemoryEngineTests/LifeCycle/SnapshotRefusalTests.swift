import Foundation
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

/// A snapshot that is not to be trusted is set aside with its reason, and what it held is built again.
@Suite struct SnapshotRefusalTests {
    private static let texts = (0..<20).map { "The jar number \($0) holds flour." }

    /// Writes a snapshot, changes it, and returns the reason that a new registry gives for refusing it.
    private static func reason(
        afterChanging change: (String, EngineFixture) throws -> Void
    ) async throws -> String? {
        var reason: String?
        try await Shelf.run(collections: 1) { shelf, folder in
            let id = shelf.collections[0]
            try await shelf.write(texts, to: id)
            try await shelf.check(id)
            await shelf.engine.indexes.writeSnapshots()
            try change("\(folder)/\(id)", shelf.engine)
            let registry = IndexRegistry(
                feed: shelf.feed,
                store: shelf.engine.store,
                executor: shelf.engine.executor,
                snapshots: IndexSnapshots(directory: folder)
            )
            let before = shelf.feed.rebuilds
            let index = try await registry.index(for: try await shelf.authorized(id), deadline: nil)
            #expect(index.snapshot.table.count == texts.count)
            let refused = IndexSnapshots.refused(below: folder)
            #expect((shelf.feed.rebuilds > before) == !refused.isEmpty)
            #expect(refused.allSatisfy { $0.collection == id.description })
            reason = refused.first?.reason
            guard !refused.isEmpty else { return }
            // What was refused is kept once, and the next snapshot is good.
            await registry.writeSnapshots()
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(id)")
            #expect(names.count { $0.hasSuffix(".refused") } == 1)
            let next = IndexRegistry(
                feed: shelf.feed,
                store: shelf.engine.store,
                executor: shelf.engine.executor,
                snapshots: IndexSnapshots(directory: folder)
            )
            let rebuilds = shelf.feed.rebuilds
            _ = try await next.index(for: try await shelf.authorized(id), deadline: nil)
            #expect(shelf.feed.rebuilds == rebuilds)
        }
        return reason
    }

    private static func alter(_ file: String, _ body: (inout [UInt8]) -> Void) throws {
        var bytes = Array(try Data(contentsOf: URL(filePath: file)))
        body(&bytes)
        try Data(bytes).write(to: URL(filePath: file))
    }

    private static func segment(_ name: String, in folder: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return folder + "/" + (try #require(names.first { $0.hasPrefix(name + ".") && $0.hasSuffix(".segment") }))
    }

    @Test func aGoodOneIsUsed() async throws {
        #expect(try await Self.reason { _, _ in } == nil)
    }

    @Test(arguments: ["entries", "words", "vectors"])
    func aDamagedSegmentIsSetAside(name: String) async throws {
        let reason = try await Self.reason { folder, _ in
            try Self.alter(Self.segment(name, in: folder)) { $0[$0.count - 1] ^= 1 }
        }
        #expect(reason?.hasPrefix("damaged: ") == true)
        #expect(reason?.contains(name) == true)
    }

    @Test func aDamagedManifestIsSetAside() async throws {
        let reason = try await Self.reason { folder, _ in try Self.alter("\(folder)/manifest") { $0[20] ^= 4 } }
        #expect(reason?.hasPrefix("damaged: ") == true)
    }

    @Test func oneOfANewerFormatIsSetAside() async throws {
        let reason = try await Self.reason { folder, _ in
            try Self.alter("\(folder)/manifest") { bytes in
                // The version follows the magic; the checksum at the end is made good again.
                bytes[8] = 9
                let sum = Self.checksum(bytes.dropLast(4))
                for place in 0..<4 {
                    bytes[bytes.count - 4 + place] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * place))
                }
            }
        }
        #expect(reason?.hasPrefix("unsupported: ") == true)
    }

    @Test func oneFromBeforeARestoreIsSetAside() async throws {
        let reason = try await Self.reason { _, engine in engine.store.beginEpoch("another") }
        #expect(reason?.hasPrefix("foreign: ") == true)
        #expect(reason?.contains("epoch") == true)
    }

    @Test func oneOfAnotherCollectionIsSetAside() async throws {
        try await Shelf.run(collections: 2) { shelf, folder in
            for id in shelf.collections { try await shelf.write(Self.texts, to: id) }
            for id in shelf.collections { try await shelf.check(id) }
            await shelf.engine.indexes.writeSnapshots()
            let places = shelf.collections.map { "\(folder)/\($0)" }
            try FileManager.default.removeItem(atPath: places[1])
            try FileManager.default.copyItem(atPath: places[0], toPath: places[1])
            let registry = IndexRegistry(
                feed: shelf.feed,
                store: shelf.engine.store,
                executor: shelf.engine.executor,
                snapshots: IndexSnapshots(directory: folder)
            )
            _ = try await registry.index(for: try await shelf.authorized(shelf.collections[1]), deadline: nil)
            let refused = IndexSnapshots.refused(below: folder)
            #expect(refused.map(\.collection) == [shelf.collections[1].description])
            #expect(refused.first?.reason.hasPrefix("foreign: ") == true)
        }
    }

    /// CRC32C, bit by bit.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        return ~sum
    }
}
