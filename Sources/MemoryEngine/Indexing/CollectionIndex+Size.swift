internal import LexicalSearch
internal import VectorSearch

extension CollectionIndex {
    /// What an entry takes besides its vector, by estimate, for a load that has no snapshot to go by.
    static let likelyEntryByteCount = 2_000

    /// What an index takes that holds next to nothing: pages that are begun, tables that have just been made.
    private static let leastByteCount = 16_384

    /// Bytes in use: those of vectors and graph as `VectorSearch` counts them, of words, and of records.
    var byteCount: Int {
        let contents = snapshot
        return Self.leastByteCount + contents.table.byteCount + (contents.lexical?.byteCount ?? 0)
            + (vectors?.byteCount ?? 0)
    }

    /// Tells the registry's account what the index takes now.
    func noteByteCount() { reservation?.note(byteCount) }
}

extension EntryTable {
    /// What the traits of an entry take that are not shared with others, and what few entries have, by estimate.
    private static let traitsByteCount = 320

    /// Bytes in use, by estimate.
    var byteCount: Int { pageByteCount + traitsCount * Self.traitsByteCount }
}
