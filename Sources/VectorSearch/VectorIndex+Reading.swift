extension VectorIndex {
    /// A vector as the index keeps it (of length 1 under the cosine); nil where the key has no such part.
    public func vector(of key: UInt64, part: UInt8 = 0) -> [Float]? {
        let contents = contents
        var slots: [UInt32] = []
        contents.directory.appendSlots(of: CollectionOfOne(key), to: &slots)
        let store = unsafe contents.store.handle
        for slot in slots {
            guard unsafe store.isLive(slot), unsafe store.id(slot).part == part else { continue }
            return unsafe Array(UnsafeBufferPointer(start: store.row(slot), count: store.dimension))
        }
        return nil
    }
}
