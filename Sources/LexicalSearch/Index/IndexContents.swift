/// The documents and postings of one index.
///
/// A document has a slot; slots are given out in order of insertion, so postings grow at their end. Removing marks the slot and corrects
/// every count at once; the space comes back when `compact` renumbers the slots.
struct IndexContents {
    private(set) var keys: [UInt64] = []
    private(set) var lengths: [FieldLengths] = []
    /// The lengths of the own fields once more, clamped to bytes and close together, for the first look at many postings.
    private(set) var shortLengths: [SIMD4<UInt8>] = []
    private(set) var isLive: [Bool] = []
    private(set) var order = SequenceOrder()
    /// Where each document's terms begin in `termNumbers`; they end where the next document's begin.
    private var firstTerms: [Int] = []
    /// The numbers of each document's terms, slot after slot: what a removal must correct, and what a document is scored by.
    private(set) var termNumbers: [UInt32] = []
    /// The frequencies of those terms.
    private(set) var termFrequencies: [FieldFrequencies] = []
    private var slotOfKey: [UInt64: UInt32] = [:]
    private(set) var dictionary = TermDictionary()
    private(set) var postings: [PostingList] = []
    private(set) var fieldTotals = [FieldTotal](repeating: FieldTotal(), count: Field.count)

    var slotCount: Int { keys.count }

    var liveCount: Int { slotOfKey.count }

    /// Bytes of the tables that find documents by key and terms by document.
    var slotByteCount: Int { slotOfKey.byteCount + firstTerms.capacity * MemoryLayout<Int>.stride }

    func contains(_ key: UInt64) -> Bool { slotOfKey[key] != nil }

    func slot(of key: UInt64) -> UInt32? { slotOfKey[key] }

    func postingList(of term: String) -> PostingList? {
        dictionary.number(of: term).map { postings[Int($0)] }
    }

    /// Where the terms of a slot stand in `termNumbers` and `termFrequencies`.
    func termRange(of slot: Int) -> Range<Int> {
        let end = slot + 1 < firstTerms.count ? firstTerms[slot + 1] : termNumbers.count
        return firstTerms[slot]..<end
    }

    // MARK: Changes

    mutating func insert(_ key: UInt64, _ vector: TermVector, at place: SequencePlace?) {
        remove(key)
        let slot = addDocument(key: key, lengths: vector.lengths, place: place)
        for entry in vector.entries {
            let frequencies = entry.frequencies.own
            guard !frequencies.isEmpty else { continue }
            let number = number(of: entry.term)
            postings[Int(number)].append(slot: slot, frequencies: frequencies, lengths: vector.lengths)
            termNumbers.append(number)
            termFrequencies.append(frequencies)
        }
    }

    /// Takes a document out; nothing happens where it is unknown.
    @discardableResult
    mutating func remove(_ key: UInt64) -> Bool {
        guard let slot = slotOfKey.removeValue(forKey: key) else { return false }
        isLive[Int(slot)] = false
        order.remove(slot)
        count(lengths[Int(slot)], sign: -1)
        for index in termRange(of: Int(slot)) {
            postings[Int(termNumbers[index])].liveCount -= 1
        }
        if slotCount - liveCount > max(Self.toleratedDeadCount, liveCount / 4) { compact() }
        return true
    }

    /// Renumbers slots and terms so that only what is live is left, in the same order.
    mutating func compact() {
        var fresh = IndexContents()
        fresh.reserveCapacity(documents: liveCount, terms: dictionary.count)
        var newSlots: [UInt32?] = []
        newSlots.reserveCapacity(slotCount)
        for slot in keys.indices {
            let isKept = isLive[slot]
            newSlots.append(
                isKept
                    ? fresh.addDocument(key: keys[slot], lengths: lengths[slot], place: order.places[slot]) : nil
            )
        }
        for (number, list) in postings.enumerated() where list.liveCount > 0 {
            var kept = PostingList()
            kept.reserveCapacity(list.liveCount)
            for (slot, frequencies) in zip(list.slots, list.frequencies) {
                guard let newSlot = newSlots[Int(slot)] else { continue }
                kept.append(slot: newSlot, frequencies: frequencies, lengths: lengths[Int(slot)])
            }
            fresh.addTerm(dictionary.terms[number], postings: kept)
        }
        fresh.fillDocumentTerms()
        self = fresh
    }

    /// As many removed documents are kept until their space is taken back.
    private static let toleratedDeadCount = 64

    // MARK: Building blocks, for `compact` and for reading a snapshot

    /// Makes room for documents and terms that are about to be added.
    mutating func reserveCapacity(documents documentCount: Int, terms termCount: Int) {
        keys.reserveCapacity(documentCount)
        lengths.reserveCapacity(documentCount)
        shortLengths.reserveCapacity(documentCount)
        isLive.reserveCapacity(documentCount)
        firstTerms.reserveCapacity(documentCount)
        order.reserveCapacity(documentCount)
        slotOfKey.reserveCapacity(documentCount)
        dictionary.reserveCapacity(termCount)
        postings.reserveCapacity(termCount)
    }

    /// Takes the next slot for a document whose key is not in use.
    mutating func addDocument(key: UInt64, lengths: FieldLengths, place: SequencePlace?) -> UInt32 {
        let slot = UInt32(keys.count)
        keys.append(key)
        self.lengths.append(lengths)
        shortLengths.append(lengths.clamped)
        isLive.append(true)
        firstTerms.append(termNumbers.count)
        order.append(place)
        slotOfKey[key] = slot
        count(lengths, sign: 1)
        return slot
    }

    /// Adds a term that is not there yet with all its postings; `fillDocumentTerms` must follow.
    mutating func addTerm(_ term: String, postings list: PostingList) {
        _ = dictionary.add(term)
        postings.append(list)
    }

    /// Remakes the terms of each document from the postings.
    mutating func fillDocumentTerms() {
        var places = [Int](repeating: 0, count: slotCount + 1)
        for list in postings {
            for slot in list.slots { places[Int(slot)] += 1 }
        }
        var total = 0
        for slot in keys.indices {
            firstTerms[slot] = total
            total += places[slot]
            places[slot] = firstTerms[slot]
        }
        termNumbers = [UInt32](repeating: 0, count: total)
        termFrequencies = [FieldFrequencies](repeating: FieldFrequencies(), count: total)
        for (number, list) in postings.enumerated() {
            for (slot, frequencies) in zip(list.slots, list.frequencies) {
                termNumbers[places[Int(slot)]] = UInt32(number)
                termFrequencies[places[Int(slot)]] = frequencies
                places[Int(slot)] += 1
            }
        }
    }

    private mutating func number(of term: String) -> UInt32 {
        if let number = dictionary.number(of: term) { return number }
        postings.append(PostingList())
        return dictionary.add(term)
    }

    private mutating func count(_ lengths: FieldLengths, sign: Int) {
        for field in Field.allCases {
            fieldTotals[field.index].count(lengths[field], sign: sign)
        }
    }
}
