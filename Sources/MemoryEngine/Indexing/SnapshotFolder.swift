public import MemoryModel

/// TEMP
public struct SnapshotFolder: Sendable {
    func remove(_ id: Identifier<MemoryCollection>) {}
    func read(_ identity: CollectionIndex.Identity, profile: EmbeddingProfile?) -> CollectionIndex? { nil }
    func write(_ index: CollectionIndex) throws -> Int64 { 0 }
}
