extension LexicalIndex {
    /// Bytes in use, by the sizes of its tables; the lists of single terms are estimated from their number.
    public var byteCount: Int { contents.read { $0.byteCount } }
}

extension IndexContents {
    /// What a term's list takes beyond its place among the lists: three arrays, each with a header, for up to two postings.
    private static let shortListByteCount = 3 * 48
    /// What a further posting takes, with the room that growing arrays keep.
    private static let postingByteCount = 12

    var byteCount: Int {
        let documents =
            keys.capacity * MemoryLayout<UInt64>.stride + lengths.capacity * MemoryLayout<FieldLengths>.stride
            + shortLengths.capacity * MemoryLayout<SIMD4<UInt8>>.stride + isLive.capacity + order.byteCount
            + slotByteCount
        let terms =
            termNumbers.capacity * MemoryLayout<UInt32>.stride
            + termFrequencies.capacity * MemoryLayout<FieldFrequencies>.stride + dictionary.byteCount
        let lists =
            postings.capacity * MemoryLayout<PostingList>.stride + postings.count * Self.shortListByteCount
            + max(0, termNumbers.count - 2 * postings.count) * Self.postingByteCount
        return documents + terms + lists
    }
}

extension Dictionary {
    /// Bytes of its table: a third more places than it holds before it grows, and a bit for each.
    var byteCount: Int {
        let places = capacity * 4 / 3
        return places * (MemoryLayout<Key>.stride + MemoryLayout<Value>.stride) + places / 8
    }
}
